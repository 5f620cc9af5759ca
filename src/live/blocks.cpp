#include "live/blocks.hpp"

#include <mutex>
#include <utility>

#include "contract/keys.hpp"
#include "contract/ready_mark.hpp"
#include "live/commands.hpp"
#include "live/connection.hpp"

namespace gatehouse::live {
namespace {

// After Redis did not answer it is taken as dark for so long, so that not every request waits for it in vain.
constexpr std::chrono::seconds kDark{1};

}  // namespace

// As many connections as there are callers at one time.
class RedisBlocks::Connections {
 public:
  explicit Connections(Server server) : server_(std::move(server)) {}

  // Runs `talk(Connection&)`; nothing if Redis does not answer in time.
  template <typename Talk>
  auto ask(Talk talk) {
    return ask_later([](Connection&) {}, std::move(talk))();
  }

  // The same in two parts: `begin(Connection&)` sends, `talk(Connection&)` reads once the answer is wanted.
  // What is done in between takes nothing from Redis' time to answer.
  template <typename Begin, typename Talk>
  auto ask_later(Begin begin, Talk talk) -> Later<std::optional<std::invoke_result_t<Talk&, Connection&>>> {
    if (dark()) return [] { return std::nullopt; };
    // A connection that was idle may have died with a server that is back: then a fresh one decides.
    const std::shared_ptr<Connection> idle = begin_on_idle(begin);
    return [this, idle, begin, talk]() -> std::optional<std::invoke_result_t<const Talk&, Connection&>> {
      const Deadline deadline(kPatience);
      if (idle) try {
          idle->set_deadline(deadline);
          return finish(idle, talk);
        } catch (const RedisError&) {
          drop_idle();
        }
      try {
        const auto fresh = std::make_shared<Connection>(server_, deadline);
        begin(*fresh);
        return finish(fresh, talk);
      } catch (const RedisError&) {
        darken();
        return std::nullopt;
      }
    };
  }

 private:
  using Clock = std::chrono::steady_clock;

  template <typename Begin>
  std::shared_ptr<Connection> begin_on_idle(const Begin& begin) {
    std::shared_ptr<Connection> idle = take_idle();
    if (!idle) return nullptr;
    idle->set_deadline(Deadline(kPatience));
    try {
      begin(*idle);
      return idle;
    } catch (const RedisError&) {
      drop_idle();
      return nullptr;
    }
  }
  // One that is not given back, because it fails, has answers coming that nobody waits for: it is closed.
  template <typename Talk>
  auto finish(const std::shared_ptr<Connection>& connection, const Talk& talk) {
    auto out = talk(*connection);
    give_back(connection);
    return out;
  }

  bool dark() {
    const std::lock_guard lock(mutex_);
    return Clock::now() < dark_until_;
  }
  void darken() {
    const std::lock_guard lock(mutex_);
    dark_until_ = Clock::now() + kDark;
  }
  std::shared_ptr<Connection> take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::shared_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  void give_back(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(connection);
  }
  void drop_idle() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
  }

  const Server server_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> idle_;
  Clock::time_point dark_until_{};
};

namespace {

// Sends the command and, in the same breath, asks whether the set was complete after it.
accounts::LiveBlocks::Acknowledged settle(Connection& redis, const std::vector<std::string>& command) {
  const std::string run_id = redis.run_id();
  redis.append(command);
  redis.append({"GET", std::string(contract::kReadyKey)});
  const Reply done = redis.reply();
  const std::optional<std::string> ready = redis.reply().string();
  if (done.kind == Reply::Kind::kError) throw RedisError(done.text);
  const auto mark = ready ? contract::ReadyMark::parse(*ready) : std::nullopt;
  if (!mark || mark->run_id != run_id) return {.epoch = std::nullopt};
  return {.epoch = mark->epoch};
}

}  // namespace

RedisBlocks::RedisBlocks(Server server) : connections_(std::make_unique<Connections>(std::move(server))) {}

RedisBlocks::~RedisBlocks() = default;

std::optional<accounts::LiveBlocks::Acknowledged> RedisBlocks::publish(const accounts::BlockKey& key,
                                                                       const std::string& value,
                                                                       std::optional<Duration> life) {
  return connections_->ask([&](Connection& redis) { return settle(redis, set_command(key, value, life)); });
}

std::optional<accounts::LiveBlocks::Acknowledged> RedisBlocks::withdraw(
    const accounts::BlockKey& key, const std::optional<std::string>& value) {
  const std::vector<std::string> command =
      value ? delete_command(key, *value) : std::vector<std::string>{"DEL", key.redis_key()};
  return connections_->ask([&](Connection& redis) { return settle(redis, command); });
}

Later<std::optional<accounts::LiveBlocks::Values>> RedisBlocks::ask(
    const std::vector<accounts::BlockKey>& keys) {
  std::vector<std::string> words{"MGET"};
  for (const accounts::BlockKey& key : keys) words.push_back(key.redis_key());
  const auto send = [words = std::move(words)](Connection& redis) { redis.send(words); };
  const auto read = [](Connection& redis) {
    const Reply reply = redis.reply();
    Values values;
    for (const Reply& value : reply.array()) values.push_back(value.string());
    return values;
  };
  return connections_->ask_later(send, read);
}

}  // namespace gatehouse::live
