#include "live/seeding.hpp"

#include "contract/keys.hpp"
#include "contract/ready_mark.hpp"
#include "live/commands.hpp"
#include "live/glance.hpp"
#include "live/recording.hpp"
#include "live/sweep.hpp"

namespace gatehouse::live {
namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr const char* kMarkLife = "600";  // seconds; a mark that was left behind disturbs nobody

constexpr const char* kFinish =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
    "if string.match(redis.call('INFO', 'stats'), 'evicted_keys:(%d+)') ~= ARGV[3] then return 0 end "
    "redis.call('SET', KEYS[2], ARGV[2]) redis.call('DEL', KEYS[1]) return 1";

// One attempt, under the lock that keeps other daemons from seeding and everybody from publishing.
class Attempt {
 public:
  Attempt(accounts::Transaction& transaction, Connection& redis, Random& random)
      : transaction_(transaction), redis_(redis), random_(random) {}

  Seeded run(std::int64_t evicted_before) {
    redis_.set_deadline(Deadline(kPatience));
    const Glance glance = look_at(redis_, {});
    const bool by_another = current_epoch(glance, transaction_) && glance.evicted == evicted_before;
    if (by_another) return Seeded::kDone;  // a moment ago
    evicted_ = glance.evicted;
    epoch_ = transaction_.blocks().next_epoch(old_epoch());
    const std::string mark = Uuid::generate(transaction_.now(), random_).str();
    redis_.command({"SET", std::string(contract::kSeedingKey), mark, "EX", kMarkLife});
    sweep(transaction_, redis_, [this](const auto& key, const auto& stored, const auto& live) {
      bring_together(key, stored, live);
    });
    take_replies();
    return finish(mark) ? Seeded::kDone : Seeded::kUndone;
  }

 private:
  // An epoch beyond ours means that PostgreSQL was restored from a backup, and the gates have seen it.
  std::int64_t old_epoch() {
    const std::optional<std::string> ready =
        redis_.command({"GET", std::string(contract::kReadyKey)}).string();
    const auto mark = ready ? contract::ReadyMark::parse(*ready) : std::nullopt;
    return mark ? mark->epoch : 0;
  }

  void bring_together(const accounts::BlockKey& key, const std::optional<accounts::Block>& stored,
                      const std::optional<LiveBlock>& live) {
    const Time now = transaction_.now();
    switch (decide(stored, live, {}, now)) {
      case Action::kWrite:
        // Not over what an administrator sets at this moment.
        return send(set_command(key, stored->value, life_of(*stored, now), !live));
      case Action::kDelete:
        return send(delete_command(key, live->raw));
      case Action::kRecord:
        return record_block(transaction_, key, stored, *live, epoch_, random_);
      default:  // without an epoch nothing else is decided
        return;
    }
  }

  static std::optional<Duration> life_of(const accounts::Block& block, Time now) {
    return block.ends_at ? std::optional(*block.ends_at - now) : std::nullopt;
  }

  // In a pipeline of bounded depth.
  void send(const std::vector<std::string>& command) {
    pending_.push_back(command);
    if (pending_.size() == kPipeline) take_replies();
  }

  void take_replies() {
    redis_.set_deadline(Deadline(kPatience));
    for (const auto& command : pending_) redis_.append(command);
    for (std::size_t i = 0; i < pending_.size(); ++i)
      if (const Reply reply = redis_.reply(); reply.kind == Reply::Kind::kError) throw RedisError(reply.text);
    pending_.clear();
  }

  bool finish(const std::string& mark) {
    const contract::ReadyMark ready{.run_id = redis_.run_id(), .epoch = epoch_};
    return redis_
               .command({"EVAL", kFinish, "2", std::string(contract::kSeedingKey),
                         std::string(contract::kReadyKey), mark, ready.text(), std::to_string(evicted_)})
               .number() == 1;
  }

  static constexpr std::size_t kPipeline = 500;

  accounts::Transaction& transaction_;
  Connection& redis_;
  Random& random_;
  std::int64_t epoch_ = 0;
  std::int64_t evicted_ = 0;
  std::vector<std::vector<std::string>> pending_;
};

}  // namespace

Seeded seed(accounts::Database& database, Connection& redis, Random& random, std::int64_t evicted) {
  return database.transaction([&](accounts::Transaction& transaction) {
    if (!transaction.blocks().try_lock_for_seeding()) return Seeded::kBusy;
    return Attempt(transaction, redis, random).run(evicted);
  });
}

}  // namespace gatehouse::live
