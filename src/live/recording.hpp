// Writes down what administrators do by hand in Redis: the block and its event, as if it had come by the API.
#pragma once

#include "accounts/ports.hpp"
#include "live/decision.hpp"

namespace gatehouse::live {

// Precondition for both: nobody else changes the key's blocks; the key's lock is held, or that of seeding.

// The key was set, or its value or end were changed; `stored` is its newest block.
void record_block(accounts::Transaction& transaction, const accounts::BlockKey& key,
                  const std::optional<accounts::Block>& stored, const LiveBlock& live, std::int64_t epoch,
                  Random& random);
// The key was deleted.
void record_lift(accounts::Transaction& transaction, const accounts::Block& stored, std::int64_t epoch);

}  // namespace gatehouse::live
