// A server over real sockets, spoken to in raw bytes.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "http/server.hpp"
#include "test/support/process.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::http {

using namespace std::chrono_literals;
using test::wait_until;

// A connection that sends what it is told, byte for byte.
class Client {
 public:
  explicit Client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  // False if the server has closed its side.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // What has come when `end` stands at its end, or the server has closed the connection.
  std::string read_until(std::string_view end) {
    while (!received_.ends_with(end) && read_some()) continue;
    return std::exchange(received_, "");
  }
  std::string read_all() {
    while (read_some()) continue;
    return std::exchange(received_, "");
  }
  bool ended_by_server() {
    read_all();
    return ended_;
  }

 private:
  bool read_some() {
    pollfd poll{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, 10'000) != 1) return false;
    char bytes[4096];
    const ssize_t size = ::recv(fd_, bytes, sizeof bytes, 0);
    ended_ = size <= 0;
    if (ended_) return false;
    received_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  bool connected_;
  bool ended_ = false;
  std::string received_;
};

// Answers with "<method> <target> <body>.".
inline void echo(const Request& request, const Reply& reply) {
  reply({.status = 200,
         .headers = {},
         .body = request.method + " " + request.target + " " + request.body + "."});
}

class ServerTest : public testing::Test {
 protected:
  void start(Handler handler = echo, ServerLimits limits = {}) {
    handler_ = std::move(handler);
    server_.emplace(std::vector{endpoint()}, limits);
    thread_ = std::thread([this] { server_->run(handler_); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }
  ~ServerTest() override { stop(); }

  Client connect() const { return Client(socket_); }
  // The whole answer to bytes after which the client sends no more.
  std::string answer_to(std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    return client.read_all();
  }
  static int status_of(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
  }

  Endpoint endpoint() const { return Endpoint::parse("unix:" + socket_).value(); }

  test::TempDir folder_;
  const std::string socket_ = folder_.path() + "/s";
  Handler handler_;
  std::optional<Server> server_;
  std::thread thread_;
};

inline constexpr const char* kClose = "Host: x\r\nConnection: close\r\n";

}  // namespace gatehouse::http
