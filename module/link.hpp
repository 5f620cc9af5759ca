// The link: one thread that keeps the zone's replica in step with Redis, reconnecting for ever. It runs
// beside nginx's event loop and calls nothing of nginx; what it has to say waits in a queue for nginx's own
// thread to log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "module/redis_connection.hpp"
#include "module/replica.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

class Link {
 public:
  enum class Level { kNotice, kError };
  using Sink = std::function<void(Level, const std::string&)>;

  // Starts the thread. It ends when another link has taken over the zone, or when it is stopped.
  Link(const RedisOptions& options, Shared& shared);
  // Waits for the end of the thread: at most for a look-up of Redis's name and the attempt to connect.
  ~Link() = default;

  // Asks the thread to end; whether it did so within `patience`.
  bool stop(std::chrono::milliseconds patience);

  // Hands over what was said since the last call.
  void drain(const Sink& sink);

 private:
  void run(const std::stop_token& stop) noexcept;
  void follow(Replica& replica, const std::stop_token& stop);
  void say(Level level, std::string text);

  const RedisOptions options_;
  Shared& shared_;
  bool synchronized_ = false;  // over the present connections

  std::mutex mutex_;
  std::vector<std::pair<Level, std::string>> said_;

  bool ended_ = false;
  std::condition_variable_any changed_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace gatehouse::gate
