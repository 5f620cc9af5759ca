// Carries what the workers have put into the ring to the stream in Redis, in a thread of its own: no block
// waits for an event. An entry leaves the ring once Redis has acknowledged it; if the answer is lost, it is
// added again, with the same id. While Redis is away the ring fills up, and what finds no room is counted.
#pragma once

#include <stop_token>
#include <string>

#include "module/background.hpp"
#include "module/event_ring.hpp"
#include "module/redis_connection.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

class EventFeed {
 public:
  EventFeed(const RedisOptions& options, Shared& shared);

  bool stop(std::chrono::milliseconds patience) { return background_.stop(patience); }
  void drain(const Background::Sink& sink) { background_.drain(sink); }

 private:
  void run(const std::stop_token& stop) noexcept;
  void carry(RedisConnection& redis, const std::stop_token& stop);
  bool add(RedisConnection& redis, const EventReader::Record& record) const;

  const RedisOptions options_;
  const std::string limit_;  // entries in the stream
  Shared& shared_;
  EventReader reader_;
  Background background_;  // the last member: its thread uses the others
};

}  // namespace gatehouse::gate
