// The link: one thread that keeps the zone's replica in step with Redis, reconnecting for ever.
#pragma once

#include <chrono>
#include <stop_token>

#include "module/background.hpp"
#include "module/redis_connection.hpp"
#include "module/replica.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

class Link {
 public:
  // Starts the thread. It ends when another link has taken over the zone, or when it is stopped.
  Link(const RedisOptions& options, Shared& shared);
  // Waits for the end of the thread: at most for a look-up of Redis's name and the attempt to connect.
  ~Link() = default;

  bool stop(std::chrono::milliseconds patience) { return background_.stop(patience); }
  void drain(const Background::Sink& sink) { background_.drain(sink); }

 private:
  void run(const std::stop_token& stop) noexcept;
  void follow(Replica& replica, const std::stop_token& stop);

  const RedisOptions options_;
  Shared& shared_;
  bool synchronized_ = false;  // over the present connections
  Background background_;      // the last member: its thread uses the others
};

}  // namespace gatehouse::gate
