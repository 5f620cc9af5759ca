#include "test/bench/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "test/bench/machine.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::chrono::milliseconds kPatience{30'000};

int connect_unix(const Endpoint& endpoint) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  endpoint.path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

int connect_tcp(const Endpoint& endpoint) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::size_t content_length(const std::string& headers) {
  const char* found = strcasestr(headers.c_str(), "\r\nContent-Length:");
  return found == nullptr ? 0 : std::stoul(found + std::strlen("\r\nContent-Length:"));
}

// Takes the first whole reply off the text.
std::optional<Reply> take_reply(std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == text.npos) return std::nullopt;
  Reply reply{.status = std::stoi(text.substr(9, 3)), .headers = text.substr(0, end + 2), .body = {}};
  if (strcasestr(reply.headers.c_str(), "\r\nTransfer-Encoding:") != nullptr)
    throw std::runtime_error("a chunked reply is more than this client understands");
  const std::size_t length = content_length(reply.headers);
  if (text.size() < end + 4 + length) return std::nullopt;
  reply.body = text.substr(end + 4, length);
  text.erase(0, end + 4 + length);
  return reply;
}

// Until one of them can be read.
void wait_for_any(std::vector<pollfd>& connections, Waiting waiting) {
  const Clock::time_point patience_ends = Clock::now() + kPatience;
  const int timeout = waiting == Waiting::kAwake ? 0 : static_cast<int>(kPatience.count());
  while (::poll(connections.data(), connections.size(), timeout) <= 0) {
    check_interrupted();
    if (Clock::now() >= patience_ends) throw std::runtime_error("the server does not answer");
  }
}

}  // namespace

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

std::string request_text(std::string_view method, std::string_view path,
                         const std::vector<std::string>& headers, std::string_view body) {
  std::string text = std::string(method) + ' ' + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string& header : headers) text += header + "\r\n";
  if (!body.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return text.append("\r\n").append(body);
}

Connection::Connection(const Endpoint& endpoint)
    : fd_(endpoint.is_unix() ? connect_unix(endpoint) : connect_tcp(endpoint)) {
  if (fd_ < 0) throw std::runtime_error("cannot connect to " + endpoint.str() + ": " + std::strerror(errno));
}

Connection::~Connection() {
  if (fd_ >= 0) ::close(fd_);
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}

void Connection::send(std::string_view request) {
  while (!request.empty()) {
    const ssize_t size = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
    if (size < 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    request.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::optional<Reply> Connection::receive() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size <= 0) throw std::runtime_error("the server closed the connection");
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return take_reply(received_);
}

Reply Connection::ask(std::string_view request) {
  send(request);
  while (true)
    if (std::optional<Reply> reply = receive()) return *std::move(reply);
}

std::size_t converse(const Endpoint& endpoint, std::size_t connections, const Next& next, Waiting waiting) {
  std::vector<Connection> open;
  std::vector<pollfd> polled;
  std::vector<Clock::time_point> sent;
  const auto go_on = [&](std::size_t i, const Reply* reply) {
    const Clock::duration took = reply == nullptr ? Clock::duration{} : Clock::now() - sent[i];
    const std::string request = next({i, reply, took});
    sent[i] = Clock::now();
    if (request.empty())
      polled[i].fd = -1;  // poll() passes it over
    else
      open[i].send(request);
    return !request.empty();
  };

  std::size_t busy = 0;
  std::size_t replies = 0;
  for (std::size_t i = 0; i < connections; ++i) {
    open.emplace_back(endpoint);
    polled.push_back({.fd = open.back().fd(), .events = POLLIN, .revents = 0});
    sent.emplace_back();
  }
  for (std::size_t i = 0; i < connections; ++i) busy += go_on(i, nullptr) ? 1 : 0;
  while (busy > 0) {
    wait_for_any(polled, waiting);
    for (std::size_t i = 0; i < connections; ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      const std::optional<Reply> reply = open[i].receive();
      if (!reply) continue;
      ++replies;
      if (!go_on(i, &*reply)) --busy;
    }
  }
  return replies;
}

}  // namespace gatehouse::bench
