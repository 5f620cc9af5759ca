#include "module/link.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/endpoint.hpp"
#include "test/support/redis.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::gate {
namespace {

using test::wait_until;

// Takes a connection and never answers.
class SilentServer {
 public:
  SilentServer() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(fd_, 1);
  }
  ~SilentServer() {
    close(connection_);
    close(fd_);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string path() const { return folder_ / "silent.sock"; }
  // Waits for a client and its first question.
  bool is_asked() {
    if (!readable(fd_)) return false;
    connection_ = accept(fd_, nullptr, nullptr);
    return readable(connection_);
  }

 private:
  static bool readable(int fd) {
    pollfd waited_for{.fd = fd, .events = POLLIN, .revents = 0};
    return poll(&waited_for, 1, 10'000) == 1;
  }

  test::TempDir folder_;
  int fd_;
  int connection_ = -1;
};

class LinkTest : public testing::Test {
 protected:
  static constexpr std::size_t kSize = 1024 * 1024;
  // Longer than any look at a clock, shorter than every time limit of a connection to Redis.
  static constexpr std::chrono::seconds kAtOnce{1};

  LinkTest()
      : memory_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        shared_(*Shared::lay_out(memory_, kSize, {}, system_random())) {
    redis_.set_ready();
  }
  ~LinkTest() override { munmap(memory_, kSize); }

  static RedisOptions options_for(const std::string& address) {
    RedisOptions options;
    options.endpoint = *Endpoint::parse(address);
    return options;
  }
  RedisOptions options() const { return options_for(redis_.address()); }
  bool completes() {
    return wait_until([this] { return shared_.complete.load(); });
  }

  test::Redis redis_;
  void* memory_;
  Shared& shared_;
};

TEST_F(LinkTest, EndsAtOnceWhenItIsStopped) {
  Link link(options(), shared_);
  ASSERT_TRUE(completes());
  EXPECT_TRUE(link.stop(kAtOnce));
}

TEST_F(LinkTest, EndsAtOnceWhileRedisDoesNotAnswer) {
  SilentServer server;
  Link link(options_for("unix:" + server.path()), shared_);
  ASSERT_TRUE(server.is_asked());
  EXPECT_TRUE(link.stop(kAtOnce));
}

TEST_F(LinkTest, EndsAtOnceBetweenTwoAttempts) {
  redis_.kill();
  Link link(options(), shared_);
  bool said = false;
  ASSERT_TRUE(wait_until([&] {
    link.drain(
        [&](Background::Level level, const std::string&) { said = level == Background::Level::kError; });
    return said;
  }));
  EXPECT_TRUE(link.stop(kAtOnce));
}

TEST_F(LinkTest, LeavesTheMemoryAloneOnceItIsDestroyed) {
  for (int i = 0; i < 20; ++i) {
    { const Link link(options(), shared_); }
    mprotect(memory_, kSize, PROT_NONE);
    redis_.set_ready();
    mprotect(memory_, kSize, PROT_READ | PROT_WRITE);
  }
}

}  // namespace
}  // namespace gatehouse::gate
