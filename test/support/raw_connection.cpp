#include "test/support/raw_connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace gatehouse::test {

RawConnection::RawConnection(const std::string& path)
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
  close(fd_);
  fd_ = -1;
}

RawConnection::~RawConnection() {
  if (fd_ >= 0) close(fd_);
}

void RawConnection::send(const std::string& bytes) const {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t size = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;
    sent += static_cast<std::size_t>(size);
  }
}

std::string RawConnection::receive(const std::string& until, std::chrono::milliseconds within) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + within;
  std::string received;
  std::array<char, 4096> buffer;
  while (!closed_ && (until.empty() || received.find(until) == received.npos)) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    pollfd poll_fd{fd_, POLLIN, 0};
    if (left <= 0 || poll(&poll_fd, 1, static_cast<int>(left)) <= 0) break;
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
    closed_ = size <= 0;
    if (size > 0) received.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return received;
}

bool RawConnection::closes(std::chrono::milliseconds within) {
  (void)receive("", within);
  return closed_;
}

}  // namespace gatehouse::test
