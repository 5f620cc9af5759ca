#include "live/reconciling.hpp"

#include <algorithm>

#include "live/commands.hpp"
#include "live/glance.hpp"
#include "live/recording.hpp"
#include "live/sweep.hpp"

namespace gatehouse::live {
namespace {

constexpr std::chrono::seconds kPatience{1};  // for one key
constexpr int kUnpublishedAtATime = 200;

// One key under its lock, with a set that is complete.
class Settlement {
 public:
  Settlement(accounts::Transaction& transaction, Connection& redis, Random& random, std::int64_t epoch)
      : transaction_(transaction), redis_(redis), random_(random), epoch_(epoch) {}

  void carry_out(Action action, const accounts::BlockKey& key, const std::optional<accounts::Block>& stored,
                 const std::optional<LiveBlock>& live) {
    accounts::Blocks& blocks = transaction_.blocks();
    switch (action) {
      case Action::kNothing:
        return;
      case Action::kMark:
        return blocks.mark_published(key, epoch_);
      case Action::kWrite:
        // Not over what an administrator sets at this moment: that comes as a push of its own.
        redis_.command(set_command(key, stored->value, life_of(*stored), !live));
        return blocks.mark_published(key, epoch_);
      case Action::kDelete:
        redis_.command(delete_command(key, live->raw));
        return blocks.mark_published(key, epoch_);
      case Action::kRecord:
      case Action::kReplace:
        return record_block(transaction_, key, stored, *live, epoch_, random_);
      case Action::kLift:
        return record_lift(transaction_, *stored, epoch_);
    }
  }

 private:
  std::optional<Duration> life_of(const accounts::Block& block) {
    return block.ends_at ? std::optional(*block.ends_at - transaction_.now()) : std::nullopt;
  }

  accounts::Transaction& transaction_;
  Connection& redis_;
  Random& random_;
  std::int64_t epoch_;
};

}  // namespace

bool Reconciler::is_complete() {
  redis_.set_deadline(Deadline(kPatience));
  const Glance glance = look_at(redis_, {});
  if (glance.evicted != evicted_) return false;
  return database_
      .read([&](accounts::Transaction& transaction) { return current_epoch(glance, transaction); })
      .has_value();
}

bool Reconciler::settle(const accounts::BlockKey& key) {
  return database_.transaction([&](accounts::Transaction& transaction) {
    if (!transaction.blocks().try_lock_for_publishing()) return false;
    transaction.blocks().lock(key);
    redis_.set_deadline(Deadline(kPatience));
    const Glance glance = look_at(redis_, {key});
    const std::optional<std::int64_t> epoch = current_epoch(glance, transaction);
    if (!epoch) return false;
    const std::optional<accounts::Block> stored = transaction.blocks().latest(key);
    const std::optional<LiveBlock>& live = glance.blocks.front();
    const Completeness set{.epoch = epoch, .evicted = glance.evicted != evicted_};
    Settlement(transaction, redis_, random_, *epoch)
        .carry_out(decide(stored, live, set, transaction.now()), key, stored, live);
    return true;
  });
}

bool Reconciler::settle_unpublished() {
  const std::vector<accounts::BlockKey> keys = database_.read([](accounts::Transaction& transaction) {
    return transaction.blocks().unpublished(kUnpublishedAtATime);
  });
  return std::ranges::all_of(keys, [this](const accounts::BlockKey& key) { return settle(key); });
}

bool Reconciler::settle_all() {
  std::vector<accounts::BlockKey> differing;
  database_.read([&](accounts::Transaction& transaction) {
    differing.clear();
    redis_.set_deadline(Deadline(kPatience));
    const Completeness set{.epoch = current_epoch(look_at(redis_, {}), transaction)};
    sweep(transaction, redis_, [&](const auto& key, const auto& stored, const auto& live) {
      if (decide(stored, live, set, transaction.now()) != Action::kNothing) differing.push_back(key);
    });
  });
  return std::ranges::all_of(differing, [this](const accounts::BlockKey& key) { return settle(key); });
}

}  // namespace gatehouse::live
