#include "module/redis_connection.hpp"

#include <poll.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace gatehouse::gate {
namespace {

timeval timeval_of(std::chrono::milliseconds duration) {
  timeval out{};
  out.tv_sec = static_cast<time_t>(duration.count() / 1000);
  out.tv_usec = static_cast<suseconds_t>(duration.count() % 1000 * 1000);
  return out;
}

}  // namespace

std::int64_t RedisReply::integer() const {
  if (reply_->type != REDIS_REPLY_INTEGER) unexpected();
  return reply_->integer;
}

std::string_view RedisReply::text() const {
  if (reply_->type != REDIS_REPLY_STRING && reply_->type != REDIS_REPLY_STATUS) unexpected();
  return {reply_->str, static_cast<std::size_t>(reply_->len)};
}

std::optional<std::string> RedisReply::string() const {
  if (is_nil()) return std::nullopt;
  return std::string(text());
}

std::size_t RedisReply::size() const {
  if (reply_->type != REDIS_REPLY_ARRAY) unexpected();
  return reply_->elements;
}

RedisReply RedisReply::operator[](std::size_t at) const {
  if (at >= size()) unexpected();
  return RedisReply(reply_->element[at], Borrowed{});
}

void RedisReply::unexpected() const {
  if (is_error()) throw RedisError(std::string(reply_->str, static_cast<std::size_t>(reply_->len)));
  throw RedisError("an unexpected reply");
}

RedisConnection::RedisConnection(const RedisOptions& options, std::chrono::milliseconds timeout,
                                 std::stop_token stop) {
  const timeval limit = timeval_of(timeout);
  const Endpoint& endpoint = options.endpoint;
  context_.reset(endpoint.is_unix() ? redisConnectUnixWithTimeout(endpoint.path.c_str(), limit)
                                    : redisConnectWithTimeout(endpoint.host.c_str(), endpoint.port, limit));
  if (!context_) throw std::bad_alloc();
  if (context_->err != 0) fail();
  hang_up_.emplace(std::move(stop), HangUp{context_->fd});
  redisSetTimeout(context_.get(), limit);
  if (!options.password.empty()) {
    if (options.user.empty()) {
      command({"AUTH", options.password.expose()});
    } else {
      command({"AUTH", options.user, options.password.expose()});
    }
  }
  if (options.database != 0) command({"SELECT", std::to_string(options.database)});
}

void RedisConnection::append(std::span<const std::string_view> command) {
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(), sizes.data()) !=
      REDIS_OK)
    fail();
}

RedisReply RedisConnection::reply() {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) fail();
  return RedisReply(static_cast<redisReply*>(reply));
}

RedisReply RedisConnection::command(Words command) {
  append(command);
  RedisReply out = reply();
  if (out.is_error()) (void)out.text();
  return out;
}

void RedisConnection::receive(std::chrono::milliseconds wait) {
  pollfd readable{.fd = context_->fd, .events = POLLIN, .revents = 0};
  const int ready = poll(&readable, 1, static_cast<int>(wait.count()));
  if (ready < 0 && errno != EINTR) throw RedisError("poll failed");
  if (ready > 0 && redisBufferRead(context_.get()) != REDIS_OK) fail();
}

std::optional<RedisReply> RedisConnection::next_pushed() {
  void* reply = nullptr;
  if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) fail();
  if (reply == nullptr) return std::nullopt;
  return RedisReply(static_cast<redisReply*>(reply));
}

void RedisConnection::fail() const {
  throw RedisError(context_->errstr);
}

}  // namespace gatehouse::gate
