// An operator blocks a device, session, user, token or address, and lifts a block whoever has set it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "accounts/enforcement.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

struct BlockOrder {
  BlockKey key;
  std::string reason{};                        // may be empty
  std::optional<std::int64_t> before{};        // kUser: only tokens issued up to then, in unix seconds
  std::optional<std::chrono::seconds> life{};  // none: until it is lifted
  bool unknown_too = false;  // also what Gatehouse does not know, such as another issuer's ids
};

enum class BlockChange { kSet, kReplaced, kNone };

struct Blocked {
  BlockChange change;  // kNone: the same block stood already
  Enforcement enforcement;
};

// kNotFound if no such device, session or user is known; kInvalidInput with faults of "reason" and "before".
Result<Blocked, Refusal> block_as_operator(Database& database, LiveBlocks& live, Random& random,
                                           const BlockOrder& order, const Origin& origin);

enum class Unblocked {
  kEnforced,
  kPending,  // lifted; Redis is told as soon as it answers
  kNotBlocked,
  kNotKnown,  // not blocked as far as PostgreSQL knows; Redis, where it may have been by hand, does not
              // answer
};

Unblocked unblock_as_operator(Database& database, LiveBlocks& live, Random& random, const BlockKey& key,
                              const std::string& reason, const Origin& origin);

}  // namespace gatehouse::accounts
