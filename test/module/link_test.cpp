#include "module/link.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "base/endpoint.hpp"
#include "test/support/redis.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::gate {
namespace {

using test::wait_until;

class LinkTest : public testing::Test {
 protected:
  static constexpr std::size_t kSize = 1024 * 1024;
  // Longer than any look at a clock, shorter than every time limit of a connection to Redis.
  static constexpr std::chrono::seconds kAtOnce{1};

  LinkTest()
      : memory_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        shared_(*Shared::lay_out(memory_, kSize, system_random())) {
    redis_.set_ready();
  }
  ~LinkTest() override { munmap(memory_, kSize); }

  RedisOptions options() const {
    RedisOptions options;
    options.endpoint = *Endpoint::parse(redis_.address());
    return options;
  }
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
  redis_.freeze();
  // The system accepts the connection; then the link waits for an answer that does not come.
  Link link(options(), shared_);
  EXPECT_TRUE(link.stop(kAtOnce));
}

TEST_F(LinkTest, EndsAtOnceBetweenTwoAttempts) {
  redis_.kill();
  Link link(options(), shared_);
  bool said = false;
  ASSERT_TRUE(wait_until([&] {
    link.drain([&](Link::Level level, const std::string&) { said = level == Link::Level::kError; });
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
