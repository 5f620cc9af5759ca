#include "test/bench/between_calls.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "test/bench/machine.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kConnections = 32;
constexpr std::size_t kRequestSize = 700;
constexpr std::size_t kReplySize = 230;

void check(bool ok) {
  if (!ok) throw std::runtime_error("a connection of this thread to itself fails");
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { check(fd >= 0); }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

// One thread that is client and server at once.
class Conversation {
 public:
  Conversation() {
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    check(::bind(listener.get(), generic, size) == 0 && ::listen(listener.get(), kConnections) == 0 &&
          ::getsockname(listener.get(), generic, &size) == 0);
    for (std::size_t i = 0; i < kConnections; ++i) {
      clients_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      check(::connect(clients_.back().get(), generic, size) == 0);
      servers_.emplace_back(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      polled_.push_back({.fd = servers_.back().get(), .events = POLLIN, .revents = 0});
    }
  }

  void round(std::size_t number, const std::function<void(std::size_t)>& work) {
    const Descriptor& client = clients_[number % kConnections];
    const Descriptor& server = servers_[number % kConnections];
    pass(client, server, kRequestSize);
    work(number);
    pass(server, client, kReplySize);
  }

 private:
  void pass(const Descriptor& from, const Descriptor& to, std::size_t size) {
    std::array<char, kRequestSize> bytes{};
    check(::send(from.get(), bytes.data(), size, MSG_NOSIGNAL) == static_cast<ssize_t>(size));
    check(::poll(polled_.data(), polled_.size(), 0) >= 0);
    check(::recv(to.get(), bytes.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size));
  }

  std::vector<Descriptor> clients_;
  std::vector<Descriptor> servers_;
  std::vector<pollfd> polled_;
};

double cpu_of(Conversation& conversation, std::size_t rounds, const std::function<void(std::size_t)>& work) {
  const double before = own_cpu_time();
  for (std::size_t i = 0; i < rounds; ++i) conversation.round(i, work);
  return (own_cpu_time() - before) / static_cast<double>(rounds);
}

}  // namespace

double cpu_between_calls(std::size_t rounds, const std::function<void(std::size_t)>& work) {
  Conversation conversation;
  const std::function<void(std::size_t)> nothing = [](std::size_t) {};
  cpu_of(conversation, rounds, nothing);  // to warm up
  const double calls = cpu_of(conversation, rounds, nothing);
  return cpu_of(conversation, rounds, work) - calls;
}

}  // namespace gatehouse::bench
