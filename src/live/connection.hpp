// A blocking connection to Redis over hiredis; no call waits longer than it is allowed to. The process
// ignores SIGPIPE: hiredis writes to connections that the server has closed.
//
//   Connection redis(server, Deadline(250ms));
//   redis.command({"SET", key, value});
//   redis.append({"GET", a}); redis.append({"GET", b});   // a pipeline
//   Reply first = redis.reply(); Reply second = redis.reply();
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "live/server.hpp"

struct redisContext;

namespace gatehouse::live {

// What the server or the network does wrong. The connection is of no use afterwards.
class RedisError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A point in time on the monotonic clock by which something must have happened.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds patience) : at_(std::chrono::steady_clock::now() + patience) {}
  // At least a microsecond: to hiredis none would be for ever.
  std::chrono::microseconds left() const;

 private:
  std::chrono::steady_clock::time_point at_;
};

struct Reply {
  enum class Kind { kNil, kInteger, kText, kArray, kError };
  Kind kind = Kind::kNil;
  std::int64_t integer = 0;
  std::string text{};  // of a string, status or error
  std::vector<Reply> elements{};

  // The text, nothing for nil. Throws RedisError if it is something else, with the server's words if it is an
  // error.
  std::optional<std::string> string() const;
  // Throws as `string` does.
  std::int64_t number() const;
  const std::vector<Reply>& array() const&;
  void array() const&& = delete;  // it would not live long enough
};

class Connection {
 public:
  // Connects, authenticates and selects the database.
  Connection(const Server& server, Deadline deadline);
  ~Connection();

  // For all that follows, until the next one.
  void set_deadline(Deadline deadline) { deadline_ = deadline; }

  void append(const std::vector<std::string>& words);
  // Appends it and sends all, without waiting for a reply.
  void send(const std::vector<std::string>& words);
  Reply reply();
  // One command; an error reply throws.
  Reply command(const std::vector<std::string>& words);

  // The id of the server process; it stays the same as long as the connection.
  const std::string& run_id();

  // For a connection that the server writes to by itself: takes in what has arrived, without waiting.
  void receive();
  std::optional<Reply> next_pushed();
  int descriptor() const;

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  void limit();
  [[noreturn]] void fail() const;

  Deadline deadline_;
  std::unique_ptr<redisContext, Free> context_;
  std::chrono::milliseconds limit_{0};  // of each read and write
  std::string run_id_;
};

// The value of `field` in an answer to INFO; empty if it is not there.
std::string info_field(const std::string& info, const std::string& field);

}  // namespace gatehouse::live
