// Goes through every block key that PostgreSQL or Redis has, in pages, so that a million of them need no
// memory.
#pragma once

#include <functional>
#include <optional>

#include "accounts/ports.hpp"
#include "live/connection.hpp"
#include "live/decision.hpp"

namespace gatehouse::live {

// `stored` is the newest block of the key.
using Visit = std::function<void(const accounts::BlockKey& key, const std::optional<accounts::Block>& stored,
                                 const std::optional<LiveBlock>& live)>;

// First the active blocks of PostgreSQL, then the keys of Redis that are not among them. The connection's
// deadline is moved on as long as Redis answers.
void sweep(accounts::Transaction& transaction, Connection& redis, const Visit& visit);

}  // namespace gatehouse::live
