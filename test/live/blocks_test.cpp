#include "live/blocks.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "test/support/redis.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::live {
namespace {

using accounts::BlockKey;
using accounts::BlockKind;
using namespace std::chrono_literals;
using namespace std::string_literals;

// As the daemon does; for all tests of this program.
[[maybe_unused]] const auto kPipesIgnored = std::signal(SIGPIPE, SIG_IGN);

class RedisBlocksTest : public testing::Test {
 protected:
  // How long the call took.
  template <typename Call>
  static std::chrono::milliseconds time_of(Call&& call) {
    const auto from = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - from);
  }

  // Once the time is over for which Redis is taken as dark.
  bool recovers() {
    return test::wait_until([this] { return blocks.values({key}).has_value(); });
  }

  test::Redis redis;
  Server server{.address = Endpoint::parse(redis.address()).value()};
  RedisBlocks blocks{server};
  BlockKey key{BlockKind::kDevice, "d1"};
};

TEST_F(RedisBlocksTest, PublishesAndWithdraws) {
  ASSERT_TRUE(blocks.publish(key, "lost", std::nullopt));
  EXPECT_EQ(redis.cli("GET gatehouse:block:device:d1"), "lost");
  EXPECT_EQ(redis.cli("PTTL gatehouse:block:device:d1"), "-1");
  ASSERT_TRUE(blocks.publish(key, "lost", 60s));
  EXPECT_GT(std::stoi(redis.cli("PTTL gatehouse:block:device:d1")), 55'000);
  ASSERT_TRUE(blocks.withdraw(key, "lost"));
  EXPECT_EQ(redis.cli("EXISTS gatehouse:block:device:d1"), "0");
}

TEST_F(RedisBlocksTest, PublishesBytesAsTheyAre) {
  const std::string value = "a \"b\"\r\n$3\r\nfoo\0 {} \xC3\xA4"s;
  ASSERT_TRUE(blocks.publish(key, value, std::nullopt));
  EXPECT_EQ(blocks.values({key})->at(0), value);
}

TEST_F(RedisBlocksTest, WithdrawsNothingThatSomebodyElseHasSet) {
  redis.cli("SET gatehouse:block:device:d1 stolen");
  ASSERT_TRUE(blocks.withdraw(key, "lost"));
  EXPECT_EQ(redis.cli("GET gatehouse:block:device:d1"), "stolen");
}

TEST_F(RedisBlocksTest, SaysInWhichEpochRedisKnows) {
  EXPECT_FALSE(blocks.publish(key, "lost", std::nullopt)->epoch) << "not seeded";
  redis.set_ready(7);
  EXPECT_EQ(blocks.publish(key, "lost", std::nullopt)->epoch, 7);
  redis.cli("SET gatehouse:ready 'another_server 8'");
  EXPECT_FALSE(blocks.publish(key, "lost", std::nullopt)->epoch);
}

TEST_F(RedisBlocksTest, ReadsValuesInTheOrderOfTheKeys) {
  redis.cli("SET gatehouse:block:user:u1 before=5");
  const auto values = blocks.values({key, {BlockKind::kUser, "u1"}});
  ASSERT_TRUE(values);
  EXPECT_EQ(*values, (std::vector<std::optional<std::string>>{std::nullopt, "before=5"}));
}

TEST_F(RedisBlocksTest, IsDarkWithinTheTimeWhenRedisHangs) {
  ASSERT_TRUE(blocks.values({key}));
  redis.freeze();
  EXPECT_LT(time_of([&] { EXPECT_FALSE(blocks.publish(key, "lost", std::nullopt)); }), 350ms);
  // Who comes right after does not wait for it again.
  EXPECT_LT(time_of([&] { EXPECT_FALSE(blocks.values({key})); }), 50ms);
  redis.thaw();
  EXPECT_TRUE(recovers());
}

TEST_F(RedisBlocksTest, IsDarkWhenRedisIsGoneAndFindsItAgain) {
  ASSERT_TRUE(blocks.values({key}));
  redis.kill();
  EXPECT_LT(time_of([&] { EXPECT_FALSE(blocks.values({key})); }), 350ms);
  redis.start();
  EXPECT_TRUE(recovers());
}

TEST_F(RedisBlocksTest, UsesAFreshConnectionAfterARestart) {
  ASSERT_TRUE(blocks.values({key}));
  redis.kill();
  redis.start();
  EXPECT_TRUE(blocks.values({key})) << "the idle connection is dead, Redis is not";
}

TEST(RedisBlocksUser, LogsInWithItsPassword) {
  test::Redis redis;
  redis.cli("ACL SETUSER gate on '>word' '~gatehouse:*' '+@all'");
  redis.cli("CONFIG SET requirepass secret");
  const Endpoint address = Endpoint::parse(redis.address()).value();
  EXPECT_FALSE(RedisBlocks({.address = address}).values({{BlockKind::kUser, "u1"}}));
  EXPECT_FALSE(RedisBlocks({.address = address, .password = Secret(std::string("wrong"))})
                   .values({{BlockKind::kUser, "u1"}}));
  EXPECT_TRUE(RedisBlocks({.address = address, .password = Secret(std::string("secret"))})
                  .values({{BlockKind::kUser, "u1"}}));
  EXPECT_TRUE(RedisBlocks({.address = address, .user = "gate", .password = Secret(std::string("word"))})
                  .values({{BlockKind::kUser, "u1"}}));
}

}  // namespace
}  // namespace gatehouse::live
