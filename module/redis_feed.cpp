#include "module/redis_feed.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "contract/keys.hpp"

namespace gatehouse::gate {
namespace {

using namespace std::chrono_literals;

constexpr auto kTimeout = 2s;
constexpr Monotonic kHeartbeatInterval = 500;
constexpr Monotonic kHeartbeatDeadline = 2000;
constexpr Monotonic kReconcileIntervalWhenFull = 5'000;
// About a millisecond of work for the server and for us: pushes wait no longer for a synchronization.
constexpr std::string_view kScanBatch = "500";

constexpr std::string_view kInvalidations = "__redis__:invalidate";
constexpr std::string_view kHeartbeatPrefix = "gatehouse:link:";

std::string info_field(const RedisReply& reply, std::string_view name) {
  const std::string_view info = reply.text();
  const std::string line = "\r\n" + std::string(name) + ':';
  const std::size_t field = info.find(line);
  if (field == info.npos) throw RedisError("INFO names no " + std::string(name));
  const std::string_view rest = info.substr(field + line.size());
  return std::string(rest.substr(0, rest.find('\r')));
}

std::int64_t evicted_keys(const RedisReply& stats) {
  const std::string text = info_field(stats, "evicted_keys");
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The reply to GET gatehouse:ready; a key of another type is no valid one.
std::optional<std::string> ready_of(const RedisReply& reply) {
  return reply.is_error() ? std::string() : reply.string();
}

}  // namespace

RedisFeed::RedisFeed(const RedisOptions& options, Replica& replica, Listener listener,
                     const std::stop_token& stop)
    : commands_(options, kTimeout, stop),
      pushes_(options, kTimeout, stop),
      replica_(replica),
      listener_(std::move(listener)),
      reconcile_interval_(options.reconcile.count()) {
  require_primary(commands_.command({"ROLE"}));
  subscribe();
  reconciled_at_ = monotonic_now();
  replica_.connected(run_id());
}

// A replica's keys change late and by its own doing; the rules of ready hold for a primary alone.
void RedisFeed::require_primary(const RedisReply& role) const {
  if (role[0].text() != "master") throw RedisError("the server is not a primary");
}

std::string RedisFeed::run_id() {
  return info_field(commands_.command({"INFO", "server"}), "run_id");
}

void RedisFeed::subscribe() {
  const std::string id = std::to_string(pushes_.command({"CLIENT", "ID"}).integer());
  heartbeat_channel_ = std::string(kHeartbeatPrefix) + id;
  pushes_.append({"SUBSCRIBE", kInvalidations, heartbeat_channel_});
  for (int confirmed = 0; confirmed < 2; ++confirmed) (void)pushes_.reply().size();
  commands_.command({"CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", contract::kBlockPrefix,
                     "PREFIX", contract::kReadyKey});
}

void RedisFeed::run_once() {
  const Replica::Task task = replica_.next();
  const Monotonic now = monotonic_now();
  if (task.kind != Replica::Task::Kind::kNone) {
    carry_out(task);
    read_pushes(0ms);
  } else {
    read_pushes(
        std::chrono::milliseconds(std::clamp<Monotonic>(next_heartbeat_ - now, 0, kHeartbeatInterval)));
  }
  if (replica_.trust() != told_) {
    told_ = replica_.trust();
    listener_.on_trust(told_);
    next_heartbeat_ = 0;  // a set that has become complete waits for its first confirmation
  }
  for (const std::string& key : replica_.take_ignored()) listener_.on_ignored(key);
  beat(monotonic_now());
}

void RedisFeed::carry_out(const Replica::Task& task) {
  switch (task.kind) {
    case Replica::Task::Kind::kNone:
      return;
    case Replica::Task::Kind::kReadReady:
      return read_ready();
    case Replica::Task::Kind::kScan:
      return scan(task.cursor);
    case Replica::Task::Kind::kReread:
      return reread(task.keys);
    case Replica::Task::Kind::kSweep:
      return replica_.sweep();
  }
}

void RedisFeed::read_ready() {
  commands_.append({"ROLE"});
  commands_.append({"GET", contract::kReadyKey});
  commands_.append({"INFO", "stats"});
  require_primary(commands_.reply());
  const std::optional<std::string> ready = ready_of(commands_.reply());
  replica_.ready_read(ready, evicted_keys(commands_.reply()));
}

void RedisFeed::scan(const std::string& cursor) {
  const std::string pattern = std::string(contract::kBlockPrefix) + "*";
  const RedisReply batch = commands_.command({"SCAN", cursor, "MATCH", pattern, "COUNT", kScanBatch});
  const RedisReply keys = batch[1];
  std::vector<Replica::Reading> readings(keys.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].key = keys[i].text();
    commands_.append({"PTTL", readings[i].key});
    if (Replica::needs_value(readings[i].key)) commands_.append({"GET", readings[i].key});
  }
  for (Replica::Reading& reading : readings) {
    reading.pttl = commands_.reply().integer();
    if (!Replica::needs_value(reading.key)) continue;
    const RedisReply value = commands_.reply();
    if (!value.is_error()) reading.value = value.string();
  }
  replica_.scanned(std::string(batch[0].text()), readings, monotonic_now());
}

void RedisFeed::reread(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    commands_.append({"MGET", contract::kReadyKey, key});
    commands_.append({"PTTL", key});
  }
  commands_.append({"INFO", "stats"});
  std::vector<std::pair<Replica::Reading, std::optional<std::string>>> readings;
  for (const std::string& key : keys) {
    const RedisReply values = commands_.reply();
    const std::int64_t pttl = commands_.reply().integer();
    readings.emplace_back(Replica::Reading{.key = key, .value = values[1].string(), .pttl = pttl},
                          values[0].string());
  }
  const std::int64_t evicted = evicted_keys(commands_.reply());
  for (const auto& [reading, ready] : readings) replica_.reread(reading, ready, monotonic_now(), evicted);
}

void RedisFeed::read_pushes(std::chrono::milliseconds wait) {
  pushes_.receive(wait);
  while (const std::optional<RedisReply> message = pushes_.next_pushed()) take_message(*message);
}

// "message", channel, payload; the payload of an invalidation is the keys, or nil for a flush.
void RedisFeed::take_message(const RedisReply& message) {
  if (message[0].text() != "message") throw RedisError("an unexpected push");
  const RedisReply payload = message[2];
  if (message[1].text() == kInvalidations) {
    if (payload.is_nil()) return replica_.flushed();
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < payload.size(); ++i) keys.emplace_back(payload[i].text());
    return replica_.pushed(keys);
  }
  const std::string_view text = payload.text();
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  while (!heartbeats_.empty() && heartbeats_.front().number <= number) {
    const Heartbeat returned = std::move(heartbeats_.front());
    heartbeats_.pop_front();
    if (returned.number != number) continue;
    replica_.lagged(monotonic_now() - returned.sent_at);
    replica_.heartbeat_returned(returned.sent_at, returned.ready, returned.evicted);
  }
}

void RedisFeed::beat(Monotonic now) {
  if (now - reconciled_at_ >= reconcile_interval()) {
    reconciled_at_ = now;
    replica_.reconcile();
  }
  if (!heartbeats_.empty() && now - heartbeats_.front().sent_at > kHeartbeatDeadline)
    throw RedisError("no message came back for two seconds");
  if (now < next_heartbeat_) return;
  next_heartbeat_ = now + kHeartbeatInterval;
  const std::string number = std::to_string(++heartbeat_number_);
  commands_.append({"ROLE"});
  commands_.append({"GET", contract::kReadyKey});
  commands_.append({"INFO", "stats"});
  commands_.append({"PUBLISH", heartbeat_channel_, number});
  require_primary(commands_.reply());
  std::optional<std::string> ready = ready_of(commands_.reply());
  const std::int64_t evicted = evicted_keys(commands_.reply());
  heartbeats_.push_back({heartbeat_number_, now, std::move(ready), evicted});
  (void)commands_.reply().integer();
}

Monotonic RedisFeed::reconcile_interval() const {
  return replica_.trust() == Replica::Trust::kZoneFull
             ? std::min(reconcile_interval_, kReconcileIntervalWhenFull)
             : reconcile_interval_;
}

}  // namespace gatehouse::gate
