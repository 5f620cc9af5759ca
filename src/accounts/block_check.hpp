// What is blocked of the things that a request names, asked in both places: PostgreSQL has every block, Redis
// also the one that an administrator set by hand a moment ago. With Redis dark, PostgreSQL answers alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

struct FoundBlock {
  BlockKind kind;
  std::string value;
};

// `ip` may be empty.
std::vector<FoundBlock> find_blocks(Ports& ports, Transaction& transaction, const std::vector<BlockKey>& keys,
                                    const std::string& ip);
// Redis' part alone.
Later<std::vector<FoundBlock>> ask_live_blocks(Ports& ports, std::vector<BlockKey> keys,
                                               const std::string& ip);
// PostgreSQL's part alone, for a second look inside a transaction.
std::vector<FoundBlock> find_stored_blocks(Transaction& transaction, const std::vector<BlockKey>& keys,
                                           const std::string& ip);

// Whether the address is blocked, alone or in a network.
bool is_address_blocked(Ports& ports, const std::string& ip);

// The active block of the key. Takes the key's lock, so that it stays until the transaction ends.
std::optional<Block> lock_active_block(Transaction& transaction, const BlockKey& key);

// Up to when the user's tokens are refused by a block with before= (contract/block_value.hpp); 0 if there is
// none.
std::int64_t refused_before(const std::vector<FoundBlock>& blocks);

// Whether a block of the kind is among them that refuses everything, not just tokens of a certain age.
bool has_full_block(const std::vector<FoundBlock>& blocks, BlockKind kind);

}  // namespace gatehouse::accounts
