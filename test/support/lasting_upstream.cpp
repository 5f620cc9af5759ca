#include "test/support/lasting_upstream.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace gatehouse::test {
namespace {

void send_all(int fd, const std::string& bytes) {
  (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

const char* const LastingUpstream::kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
const char* const LastingUpstream::kEvents =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";

LastingUpstream::LastingUpstream(const std::string& path, std::string beginning)
    : beginning_(std::move(beginning)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 64) != 0 || pipe(wake_) != 0)
    throw std::runtime_error("no upstream at " + path);
  // Nginx's workers are another user's when the tests run as root.
  chmod(path.c_str(), 0666);
  thread_ = std::thread([this] { run(); });
}

LastingUpstream::~LastingUpstream() {
  (void)!write(wake_[1], "x", 1);
  thread_.join();
  for (const int fd : {listener_, wake_[0], wake_[1]}) close(fd);
}

void LastingUpstream::run() {
  std::vector<Client> clients;
  while (true) {
    std::vector<pollfd> wanted{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Client& client : clients) wanted.push_back({client.fd, POLLIN, 0});
    if (poll(wanted.data(), wanted.size(), -1) < 0) break;
    if (wanted[0].revents != 0) break;
    for (std::size_t i = wanted.size(); i-- > 2;) {
      if (wanted[i].revents == 0 || serve(clients[i - 2])) continue;
      close(clients[i - 2].fd);
      clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i - 2));
      --open_;
    }
    if (wanted[1].revents == 0) continue;
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) continue;
    clients.push_back({fd, {}});
    ++open_;
  }
  for (const Client& client : clients) close(client.fd);
}

bool LastingUpstream::serve(Client& client) const {
  std::array<char, 4096> buffer;
  const ssize_t size = recv(client.fd, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  const std::string bytes(buffer.data(), static_cast<std::size_t>(size));
  if (client.begun) {
    send_all(client.fd, bytes);
    return true;
  }
  client.head += bytes;
  client.begun = client.head.find("\r\n\r\n") != std::string::npos;
  if (client.begun) send_all(client.fd, beginning_);
  return true;
}

}  // namespace gatehouse::test
