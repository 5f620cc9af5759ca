// Carries a replica's tasks out on Redis: one connection for commands, with client tracking of the keys that
// matter, and one that the server's pushes arrive on. Losing either loses both.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "module/redis_connection.hpp"
#include "module/replica.hpp"

namespace gatehouse::gate {

class RedisFeed {
 public:
  struct Listener {
    std::function<void(Replica::Trust)> on_trust;            // what the set is worth, when that changes
    std::function<void(const std::string& key)> on_ignored;  // a key that blocks nothing
  };

  // Connects and takes over from any other writer of the zone. Throws RedisError, as run_once() does, and at
  // once when it is asked to stop.
  RedisFeed(const RedisOptions& options, Replica& replica, Listener listener, const std::stop_token& stop);

  // One step of work, or a wait for the next push of at most half a second.
  void run_once();

 private:
  struct Heartbeat {
    std::uint64_t number;
    Monotonic sent_at;
    std::optional<std::string> ready;
    std::int64_t evicted;
  };

  void require_primary(const RedisReply& role) const;
  std::string run_id();
  void subscribe();
  void carry_out(const Replica::Task& task);
  void read_ready();
  void scan(const std::string& cursor);
  void reread(const std::vector<std::string>& keys);
  void read_pushes(std::chrono::milliseconds wait);
  void take_message(const RedisReply& message);
  void beat(Monotonic now);
  Monotonic reconcile_interval() const;

  RedisConnection commands_;
  RedisConnection pushes_;
  Replica& replica_;
  const Listener listener_;
  const Monotonic reconcile_interval_;
  Replica::Trust told_ = Replica::Trust::kSynchronizing;
  std::string heartbeat_channel_;
  std::deque<Heartbeat> heartbeats_;  // on their way
  std::uint64_t heartbeat_number_ = 0;
  Monotonic next_heartbeat_ = 0;
  Monotonic reconciled_at_ = 0;
};

}  // namespace gatehouse::gate
