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
  // Whether that many calls are over within the deadline: a bound for the one that only their sum can miss.
  template <typename Call>
  static bool are_quick(int calls, Call&& call) {
    const auto from = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    return std::chrono::steady_clock::now() - from < test::kDeadline;
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
  // 250 ms each, of callers that do not know of each other.
  EXPECT_TRUE(are_quick(10, [&] {
    RedisBlocks others(server);
    EXPECT_FALSE(others.publish(key, "lost", std::nullopt));
  }));
  // Who comes right after does not wait for it again.
  EXPECT_TRUE(are_quick(200, [&] { EXPECT_FALSE(blocks.values({key})); }));
  redis.thaw();
  EXPECT_TRUE(recovers());
}

TEST_F(RedisBlocksTest, IsDarkWhenRedisIsGoneAndFindsItAgain) {
  ASSERT_TRUE(blocks.values({key}));
  redis.kill();
  EXPECT_TRUE(are_quick(200, [&] { EXPECT_FALSE(blocks.values({key})); }));
  redis.start();
  EXPECT_TRUE(recovers());
}

TEST_F(RedisBlocksTest, UsesAFreshConnectionAfterARestart) {
  ASSERT_TRUE(blocks.values({key}));
  redis.kill();
  redis.start();
  EXPECT_TRUE(blocks.values({key})) << "the idle connection is dead, Redis is not";
}

TEST_F(RedisBlocksTest, AsksAtOnceAndAnswersWhenItIsWanted) {
  ASSERT_TRUE(blocks.values({key}));
  const auto asked = blocks.ask({key});
  redis.cli("SET " + key.redis_key() + " lost");
  EXPECT_EQ(asked()->at(0), std::nullopt) << "it had been asked before";
  EXPECT_EQ(blocks.values({key})->at(0), "lost");
}

TEST_F(RedisBlocksTest, GivesAnAnswerThatNobodyWantedToNobodyElse) {
  ASSERT_TRUE(blocks.values({key}));
  redis.cli("SET gatehouse:block:user:u1 fraud");
  (void)blocks.ask({{BlockKind::kUser, "u1"}});
  EXPECT_EQ(blocks.values({key})->at(0), std::nullopt);
}

TEST_F(RedisBlocksTest, AsksAgainIfRedisIsRestartedMeanwhile) {
  ASSERT_TRUE(blocks.values({key}));
  const auto asked = blocks.ask({key});
  redis.kill();
  redis.start();
  EXPECT_TRUE(asked());
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
