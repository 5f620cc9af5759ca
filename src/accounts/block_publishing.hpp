// Brings Redis to what PostgreSQL says about one key, once a change was committed. What Redis does not
// acknowledge the keeper brings there later (live/keeper.hpp).
#pragma once

#include "accounts/block.hpp"
#include "accounts/enforcement.hpp"
#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// Reads the block anew under the key's lock, so that quick changes end as the last of them, whoever
// publishes.
Enforcement publish_block(Database& database, LiveBlocks& live, const BlockKey& key);

}  // namespace gatehouse::accounts
