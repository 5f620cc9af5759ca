#include "live/recording.hpp"

#include "accounts/block_event.hpp"

namespace gatehouse::live {
namespace {

using accounts::BlockSource;

}  // namespace

void record_block(accounts::Transaction& transaction, const accounts::BlockKey& key,
                  const std::optional<accounts::Block>& stored, const LiveBlock& live, std::int64_t epoch,
                  Random& random) {
  const Time now = transaction.now();
  if (stored && stored->active(now))
    transaction.blocks().lift(stored->id, now, BlockSource::kRedis, std::nullopt);
  accounts::Block block{.id = accounts::BlockId::generate(now, random),
                        .key = key,
                        .value = live.value,
                        .source = BlockSource::kRedis,
                        .created_at = now};
  if (live.life) block.ends_at = now + *live.life;
  transaction.blocks().insert(block);
  transaction.blocks().mark_published(key, epoch);
  transaction.events().record(block_event(accounts::EventType::kBlock, key, live.value));
}

void record_lift(accounts::Transaction& transaction, const accounts::Block& stored, std::int64_t epoch) {
  transaction.blocks().lift(stored.id, transaction.now(), BlockSource::kRedis, std::nullopt);
  transaction.blocks().mark_published(stored.key, epoch);
  transaction.events().record(block_event(accounts::EventType::kUnblock, stored.key, stored.value));
}

}  // namespace gatehouse::live
