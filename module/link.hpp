// The link: one thread that keeps the zone's replica in step with Redis, reconnecting for ever. It runs
// beside nginx's event loop and calls nothing of nginx; what it has to say waits in a queue for nginx's own
// thread to log.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "module/redis_connection.hpp"
#include "module/replica.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

class Link {
 public:
  enum class Level { kNotice, kError };
  using Sink = std::function<void(Level, const std::string&)>;

  // Starts the thread. It ends when another link has taken over the zone, else with the process. The link is
  // never destroyed: the process leaves by exit() while the thread runs.
  static Link& start(const RedisOptions& options, Shared& shared);

  // Hands over what was said since the last call.
  void drain(const Sink& sink);

 private:
  Link(const RedisOptions& options, Shared& shared) : options_(options), shared_(shared) {}
  ~Link() = default;

  void run() noexcept;
  void follow(Replica& replica);
  void say(Level level, std::string text);

  const RedisOptions options_;
  Shared& shared_;
  bool synchronized_ = false;  // over the present connections

  std::mutex mutex_;
  std::vector<std::pair<Level, std::string>> said_;
};

}  // namespace gatehouse::gate
