#include "live/connection.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace gatehouse::live {
namespace {

timeval timeval_of(std::chrono::microseconds duration) {
  timeval out{};
  out.tv_sec = static_cast<time_t>(duration.count() / 1'000'000);
  out.tv_usec = static_cast<suseconds_t>(duration.count() % 1'000'000);
  return out;
}

redisContext* connect(const Endpoint& address, const Deadline& deadline) {
  const timeval limit = timeval_of(deadline.left());
  return address.is_unix() ? redisConnectUnixWithTimeout(address.path.c_str(), limit)
                           : redisConnectWithTimeout(address.host.c_str(), address.port, limit);
}

Reply read(const redisReply& raw) {
  const auto text = [&raw] { return std::string(raw.str, static_cast<std::size_t>(raw.len)); };
  switch (raw.type) {
    case REDIS_REPLY_INTEGER:
      return {.kind = Reply::Kind::kInteger, .integer = raw.integer};
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return {.kind = Reply::Kind::kText, .text = text()};
    case REDIS_REPLY_ERROR:
      return {.kind = Reply::Kind::kError, .text = text()};
    case REDIS_REPLY_ARRAY: {
      Reply array{.kind = Reply::Kind::kArray};
      for (std::size_t i = 0; i < raw.elements; ++i) array.elements.push_back(read(*raw.element[i]));
      return array;
    }
    default:
      return {};
  }
}

Reply take(void* raw) {
  const std::unique_ptr<redisReply, decltype(&freeReplyObject)> owned(static_cast<redisReply*>(raw),
                                                                      freeReplyObject);
  return read(*owned);
}

[[noreturn]] void unexpected(const Reply& reply) {
  throw RedisError(reply.kind == Reply::Kind::kError ? "Redis: " + reply.text : "Redis: an unexpected reply");
}

}  // namespace

std::chrono::microseconds Deadline::left() const {
  const auto left = std::chrono::ceil<std::chrono::microseconds>(at_ - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::microseconds(1));
}

std::optional<std::string> Reply::string() const {
  if (kind == Kind::kNil) return std::nullopt;
  if (kind != Kind::kText) unexpected(*this);
  return text;
}

std::int64_t Reply::number() const {
  if (kind != Kind::kInteger) unexpected(*this);
  return integer;
}

const std::vector<Reply>& Reply::array() const& {
  if (kind != Kind::kArray) unexpected(*this);
  return elements;
}

void Connection::Free::operator()(redisContext* context) const {
  redisFree(context);
}

Connection::Connection(const Server& server, Deadline deadline)
    : deadline_(deadline), context_(connect(server.address, deadline)) {
  if (!context_) throw std::bad_alloc();
  if (context_->err != 0) fail();
  if (!server.password.empty()) {
    std::vector<std::string> words{"AUTH"};
    if (!server.user.empty()) words.push_back(server.user);
    words.emplace_back(server.password.expose());
    command(words);
  }
  if (server.database != 0) command({"SELECT", std::to_string(server.database)});
}

Connection::~Connection() = default;

void Connection::append(const std::vector<std::string>& words) {
  std::vector<const char*> pointers;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    pointers.push_back(word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), pointers.data(), sizes.data()) !=
      REDIS_OK)
    fail();
}

void Connection::send(const std::vector<std::string>& words) {
  append(words);
  limit();
  for (int done = 0; done == 0;)
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) fail();
}

Reply Connection::reply() {
  void* raw = nullptr;
  limit();
  if (redisGetReply(context_.get(), &raw) != REDIS_OK) fail();
  return take(raw);
}

Reply Connection::command(const std::vector<std::string>& words) {
  append(words);
  Reply out = reply();
  if (out.kind == Reply::Kind::kError) unexpected(out);
  return out;
}

const std::string& Connection::run_id() {
  if (run_id_.empty()) run_id_ = info_field(command({"INFO", "server"}).string().value_or(""), "run_id");
  if (run_id_.empty()) throw RedisError("Redis: INFO names no run_id");
  return run_id_;
}

void Connection::receive() {
  if (redisBufferRead(context_.get()) != REDIS_OK) fail();
}

std::optional<Reply> Connection::next_pushed() {
  void* raw = nullptr;
  if (redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) fail();
  if (raw == nullptr) return std::nullopt;
  return take(raw);
}

int Connection::descriptor() const {
  return context_->fd;
}

// Each read and write of hiredis waits by itself, so a slow sender could stretch the sum: it gets what is
// left. That is mostly what it was, to the millisecond, and two calls of the system are saved.
void Connection::limit() {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_.left());
  if (left == limit_) return;
  if (redisSetTimeout(context_.get(), timeval_of(left)) != REDIS_OK) fail();
  limit_ = left;
}

void Connection::fail() const {
  if (context_->err == REDIS_ERR_IO && errno == EAGAIN) throw RedisError("Redis: no answer in time");
  throw RedisError("Redis: " + std::string(context_->errstr));
}

std::string info_field(const std::string& info, const std::string& field) {
  std::size_t at = 0;
  if (!info.starts_with(field + ':')) {
    at = info.find('\n' + field + ':');
    if (at == std::string::npos) return {};
    ++at;
  }
  at += field.size() + 1;
  return info.substr(at, info.find('\r', at) - at);
}

}  // namespace gatehouse::live
