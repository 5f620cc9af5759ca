// A blocking connection to Redis over hiredis, with a bound on every wait. What the server or the network
// does wrong is a RedisError with words for the log.
#pragma once

#include <hiredis/hiredis.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/secret.hpp"

namespace gatehouse::gate {

class RedisError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RedisOptions {
  Endpoint endpoint;
  std::string user;  // empty: the default user
  Secret password;   // empty: none
  std::uint32_t database = 0;
  // How often all blocks are read again although nothing was pushed.
  std::chrono::milliseconds reconcile{60'000};
  // The entries that the stream of events keeps at most; a little more if that is quicker.
  std::uint64_t events = 1'000'000;
};

// One reply, owned, with accessors that say what was expected when it is something else.
class RedisReply {
 public:
  explicit RedisReply(redisReply* reply) : owned_(reply), reply_(reply) {}

  bool is_error() const { return reply_->type == REDIS_REPLY_ERROR; }
  bool is_nil() const { return reply_->type == REDIS_REPLY_NIL; }
  std::int64_t integer() const;
  std::string_view text() const;                // a string or a status
  std::optional<std::string> string() const;    // std::nullopt for nil
  std::size_t size() const;                     // of an array
  RedisReply operator[](std::size_t at) const;  // lives no longer than this

 private:
  struct Free {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };
  struct Borrowed {};
  RedisReply(redisReply* reply, Borrowed) : reply_(reply) {}
  [[noreturn]] void unexpected() const;

  std::unique_ptr<redisReply, Free> owned_;
  const redisReply* reply_;
};

class RedisConnection {
 public:
  // Connects, authenticates and selects the database. A stop hangs up: every wait but that for the connection
  // itself then ends at once, with RedisError.
  RedisConnection(const RedisOptions& options, std::chrono::milliseconds timeout, std::stop_token stop);

  using Words = std::initializer_list<std::string_view>;

  // A pipeline: as many replies as commands, in their order. An error reply to a command is a RedisReply.
  void append(Words command) { append(std::span(command.begin(), command.size())); }
  void append(std::span<const std::string_view> command);
  RedisReply reply();
  // One command; an error reply is a RedisError.
  RedisReply command(Words command);

  // For a connection that the server writes to by itself: reads what has arrived, waiting for it no longer
  // than `wait`; then next_pushed() until std::nullopt.
  void receive(std::chrono::milliseconds wait);
  std::optional<RedisReply> next_pushed();

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  struct HangUp {
    int fd;
    void operator()() const { shutdown(fd, SHUT_RDWR); }
  };
  [[noreturn]] void fail() const;

  std::unique_ptr<redisContext, Free> context_;
  std::optional<std::stop_callback<HangUp>> hang_up_;
};

}  // namespace gatehouse::gate
