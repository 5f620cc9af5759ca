// A look at keys in Redis, with what tells whether a missing one means anything.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "accounts/ports.hpp"
#include "contract/ready_mark.hpp"
#include "live/connection.hpp"
#include "live/decision.hpp"

namespace gatehouse::live {

struct Glance {
  std::vector<std::optional<LiveBlock>> blocks;  // in the order of the keys
  // gatehouse:ready, if it was the same before and after the keys were read and names this very server.
  std::optional<contract::ReadyMark> ready;
  std::int64_t evicted = 0;  // keys that this server has thrown away in its life
};

Glance look_at(Connection& redis, const std::vector<accounts::BlockKey>& keys);

// The epoch of a set that is complete: nothing if gatehouse:ready is not there, or is older than one we know
// of.
std::optional<std::int64_t> current_epoch(const Glance& glance, accounts::Transaction& transaction);

}  // namespace gatehouse::live
