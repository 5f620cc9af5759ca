// Brings Redis to what PostgreSQL says about one key, once a change was committed. What Redis does not
// acknowledge the keeper brings there later (live/keeper.hpp).
#pragma once

#include "accounts/block.hpp"
#include "accounts/enforcement.hpp"
#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// What goes from Redis with a block that was lifted.
enum class Withdrawal {
  kThisValue,  // the key only as long as it has the block's value
  kAnyValue,   // the key whatever it has: somebody wants it gone who may lift every block
};

// Reads the block anew under the key's lock, so that quick changes end as the last of them, whoever
// publishes. kPending, too, if PostgreSQL has gone away since.
Enforcement publish_block(Database& database, LiveBlocks& live, const BlockKey& key,
                          Withdrawal withdrawal = Withdrawal::kThisValue);

}  // namespace gatehouse::accounts
