#include "accounts/block_check.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "contract/block_value.hpp"

namespace gatehouse::accounts {
namespace {

std::optional<std::int64_t> before_of(const FoundBlock& block) {
  return block.kind == BlockKind::kUser ? contract::before_of(block.value) : std::nullopt;
}

}  // namespace

std::vector<FoundBlock> find_stored_blocks(Transaction& transaction, const std::vector<BlockKey>& keys,
                                           const std::string& ip) {
  std::vector<FoundBlock> found;
  for (const Block& block : transaction.blocks().active(keys, ip))
    found.push_back({block.key.kind, block.value});
  return found;
}

Later<std::vector<FoundBlock>> ask_live_blocks(Ports& ports, std::vector<BlockKey> keys,
                                               const std::string& ip) {
  if (!ip.empty()) keys.push_back({BlockKind::kIp, ip});
  if (keys.empty()) return [] { return std::vector<FoundBlock>(); };
  const auto asked = ports.live.ask(keys);
  return [asked, keys = std::move(keys)] {
    std::vector<FoundBlock> found;
    const std::optional<LiveBlocks::Values> values = asked();
    for (std::size_t i = 0; values && i < keys.size(); ++i)
      if ((*values)[i]) found.push_back({keys[i].kind, *(*values)[i]});
    return found;
  };
}

std::vector<FoundBlock> find_blocks(Ports& ports, Transaction& transaction, const std::vector<BlockKey>& keys,
                                    const std::string& ip) {
  const auto live = ask_live_blocks(ports, keys, ip);
  std::vector<FoundBlock> found = find_stored_blocks(transaction, keys, ip);
  std::ranges::move(live(), std::back_inserter(found));
  return found;
}

bool is_address_blocked(Ports& ports, const std::string& ip) {
  return ports.database.read([&](Transaction& transaction) {
    return has_full_block(find_blocks(ports, transaction, {}, ip), BlockKind::kIp);
  });
}

std::optional<Block> lock_active_block(Transaction& transaction, const BlockKey& key) {
  transaction.blocks().lock(key);
  std::optional<Block> block = transaction.blocks().latest(key);
  if (block && !block->active(transaction.now())) block.reset();
  return block;
}

std::int64_t refused_before(const std::vector<FoundBlock>& blocks) {
  std::int64_t latest = 0;
  for (const FoundBlock& block : blocks) latest = std::max(latest, before_of(block).value_or(0));
  return latest;
}

bool has_full_block(const std::vector<FoundBlock>& blocks, BlockKind kind) {
  return std::ranges::any_of(
      blocks, [kind](const FoundBlock& block) { return block.kind == kind && !before_of(block); });
}

}  // namespace gatehouse::accounts
