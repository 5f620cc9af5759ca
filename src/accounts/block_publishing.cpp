#include "accounts/block_publishing.hpp"

namespace gatehouse::accounts {

namespace {

Enforcement publish(Database& database, LiveBlocks& live, const BlockKey& key, Withdrawal withdrawal) {
  return database.transaction([&](Transaction& transaction) {
    // While Redis is being seeded, what we wrote could be written over: the keeper does it afterwards.
    if (!transaction.blocks().try_lock_for_publishing()) return Enforcement::kPending;
    transaction.blocks().lock(key);
    const std::optional<Block> block = transaction.blocks().latest(key);
    const Time now = transaction.now();
    if (!block || (!block->active(now) && block->published_epoch)) return Enforcement::kActive;
    std::optional<Duration> life;
    if (block->ends_at) life = *block->ends_at - now;
    const auto withdraw = [&] {
      return live.withdraw(key,
                           withdrawal == Withdrawal::kAnyValue ? std::nullopt : std::optional(block->value));
    };
    const std::optional<LiveBlocks::Acknowledged> done =
        block->active(now) ? live.publish(key, block->value, life) : withdraw();
    if (!done) return Enforcement::kPending;
    if (done->epoch) transaction.blocks().mark_published(key, *done->epoch);
    return Enforcement::kActive;
  });
}

}  // namespace

Enforcement publish_block(Database& database, LiveBlocks& live, const BlockKey& key, Withdrawal withdrawal) {
  try {
    return publish(database, live, key, withdrawal);
  } catch (const Unavailable&) {
    // What was committed before holds: to say now that nothing was done would be wrong.
    return Enforcement::kPending;
  }
}

}  // namespace gatehouse::accounts
