#include "http/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

namespace gatehouse::http {
namespace {

constexpr mode_t kSocketMode = 0660;

[[noreturn]] void fail(const Endpoint& endpoint, const std::string& why) {
  throw std::runtime_error("cannot listen on " + endpoint.str() + ": " + why);
}

[[noreturn]] void fail(const Endpoint& endpoint) {
  fail(endpoint, std::strerror(errno));
}

int open_socket(int family, const Endpoint& endpoint) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) fail(endpoint);
  return fd;
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

template <typename Address>
const sockaddr* generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool somebody_listens(const Endpoint& endpoint) {
  const sockaddr_un address = unix_address(endpoint.path);
  const int fd = open_socket(AF_UNIX, endpoint);
  // A full backlog (EAGAIN) or a missing right (EACCES) is a living listener, too.
  const bool refused =
      ::connect(fd, generic(address), sizeof address) != 0 && (errno == ECONNREFUSED || errno == ENOENT);
  ::close(fd);
  return !refused;
}

void remove_stale_file(const Endpoint& endpoint) {
  struct stat file {};
  if (::lstat(endpoint.path.c_str(), &file) != 0) {
    if (errno == ENOENT) return;
    fail(endpoint);
  }
  if (!S_ISSOCK(file.st_mode)) fail(endpoint, "a file that is not a socket is in the way");
  if (somebody_listens(endpoint)) fail(endpoint, "another process listens there");
  if (::unlink(endpoint.path.c_str()) != 0 && errno != ENOENT) fail(endpoint);
}

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressList resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) fail(endpoint, ::gai_strerror(error));
  return {found, ::freeaddrinfo};
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace

Listener::Listener(const Endpoint& endpoint) : endpoint_(endpoint) {
  try {
    if (endpoint_.is_unix()) {
      bind_unix();
    } else {
      bind_tcp();
    }
    if (::listen(fd_, SOMAXCONN) != 0) fail(endpoint_);
  } catch (...) {
    if (fd_ >= 0) ::close(fd_);
    throw;
  }
}

Listener::~Listener() {
  remove_file();
  if (fd_ >= 0) ::close(fd_);
}

int Listener::release() {
  return std::exchange(fd_, -1);
}

void Listener::bind_unix() {
  family_ = AF_UNIX;
  remove_stale_file(endpoint_);
  fd_ = open_socket(family_, endpoint_);
  // The mode of the unbound socket becomes the file's, so that at no moment more may connect than should.
  if (::fchmod(fd_, kSocketMode) != 0) fail(endpoint_);
  const sockaddr_un address = unix_address(endpoint_.path);
  if (::bind(fd_, generic(address), sizeof address) != 0) fail(endpoint_);
  // The umask may have taken the group's right away.
  struct stat file {};
  if (::chmod(endpoint_.path.c_str(), kSocketMode) != 0 || ::lstat(endpoint_.path.c_str(), &file) != 0)
    fail(endpoint_);
  device_ = file.st_dev;
  inode_ = file.st_ino;
}

void Listener::bind_tcp() {
  const AddressList addresses = resolve(endpoint_);
  family_ = addresses->ai_family;
  fd_ = open_socket(family_, endpoint_);
  const int on = 1;
  if (::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) fail(endpoint_);
  if (::bind(fd_, addresses->ai_addr, addresses->ai_addrlen) != 0) fail(endpoint_);
  endpoint_.port = bound_port(fd_);
}

void Listener::remove_file() {
  if (inode_ == 0) return;
  struct stat file {};
  if (::lstat(endpoint_.path.c_str(), &file) == 0 && file.st_dev == device_ && file.st_ino == inode_)
    ::unlink(endpoint_.path.c_str());
  inode_ = 0;
}

}  // namespace gatehouse::http
