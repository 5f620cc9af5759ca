// A block in PostgreSQL and in Redis: one follows the other.
#include "live/keeper.hpp"

#include "accounts/logout.hpp"
#include "test/live/keeper.hpp"

namespace gatehouse::live {
namespace {

TEST_F(KeeperTest, SeedsAnEmptyRedis) {
  block(there.device);
  redis.cli("FLUSHALL");
  keep_until_ready();
  EXPECT_TRUE(ready());
  EXPECT_EQ(redis.cli("GET " + key(there.device)), "lost");
  EXPECT_FALSE(in_redis("gatehouse:seeding"));
}

TEST_F(KeeperTest, SeedsWithTheTimeThatIsLeft) {
  ASSERT_TRUE(accounts::log_out(ports, me, there.session, house.origin));
  keep_until_ready();
  redis.cli("FLUSHALL");
  const std::string session = accounts::block_key(there.session).redis_key();
  ASSERT_TRUE(wait_until([&] { return in_redis(session); }));
  const int left = std::stoi(redis.cli("PTTL " + session));
  EXPECT_GT(left, 300'000);
  EXPECT_LE(left, 365'000);
}

TEST_F(KeeperTest, SeedsAgainAfterAFlushWithAHigherEpoch) {
  keep_until_ready();
  block(there.device);
  for (int i = 0; i < 5; ++i) {
    const std::int64_t before = epoch();
    redis.cli(i % 2 == 0 ? "FLUSHALL" : "FLUSHDB");
    ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); }));
    EXPECT_GT(epoch(), before);
  }
  EXPECT_EQ(active(there.device.str()), "api lost");
  EXPECT_EQ(events("unblock"), "0") << "a flush is nobody's DEL";
}

TEST_F(KeeperTest, SeedsAfterARestart) {
  keep_until_ready();
  block(there.device);
  redis.kill();
  redis.start();
  ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); }));
  EXPECT_EQ(active(there.device.str()), "api lost");
}

TEST_F(KeeperTest, SeedsWhenSomebodyDeletesOrForgesTheMark) {
  keep_until_ready();
  redis.cli("DEL gatehouse:ready");
  ASSERT_TRUE(wait_until([&] { return ready(); }));
  const std::int64_t before = epoch();
  redis.set_ready(0);
  ASSERT_TRUE(wait_until([&] { return ready() && epoch() > before; })) << "an epoch that was over";
}

TEST_F(KeeperTest, RecordsWhatAnAdministratorSets) {
  keep_until_ready();
  redis.cli("SET " + key(there.device) + " 'stolen laptop'");
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()) == "redis stolen laptop"; }));
  EXPECT_EQ(
      house.sql("select reason from event where type = 'block' and device_id = '" + there.device.str() + "'"),
      "stolen laptop");
  redis.cli("FLUSHALL");
  ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); })) << "durable from then on";
}

TEST_F(KeeperTest, RecordsEveryKindOfBlock) {
  keep_until_ready();
  const std::vector<std::pair<std::string, std::string>> subjects{{"user", me.account.str()},
                                                                  {"session", there.session.str()},
                                                                  {"token", there.token_id.str()},
                                                                  {"ip", "203.0.113.0/24"}};
  for (const auto& [kind, subject] : subjects)
    redis.cli("SET gatehouse:block:" + kind + ':' + subject + " because EX 600");
  for (const auto& [kind, subject] : subjects)
    EXPECT_TRUE(wait_until([&] { return active(subject) == "redis because"; })) << kind;
  EXPECT_EQ(house.sql("select count(*) from block where ends_at between now() + interval '590 s' and "
                      "now() + interval '601 s'"),
            "4");
}

TEST_F(KeeperTest, SurvivesKeysThatAreNoBlocks) {
  keep_until_ready();
  redis.cli("SET gatehouse:block:planet:mars x");
  redis.cli("SET gatehouse:block:ip:nowhere x");
  redis.cli("HSET gatehouse:block:device:" + there.device.str() + " a b");
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()) == "redis "; }));
  EXPECT_EQ(house.sql("select count(*) from block"), "1");
  EXPECT_EQ(keeper->state(), "ready");
}

TEST_F(KeeperTest, TakesADeletionAsUnblocking) {
  keep_until_ready();
  redis.cli("SET " + key(there.device) + " lost");
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()) == "redis lost"; }));
  redis.cli("DEL " + key(there.device));
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()).empty(); }));
  EXPECT_EQ(events("unblock"), "1");
  EXPECT_EQ(house.sql("select lifted_source from block"), "redis");
  redis.cli("FLUSHALL");
  ASSERT_TRUE(wait_until([&] { return ready(); }));
  EXPECT_FALSE(in_redis(key(there.device)));
}

TEST_F(KeeperTest, TakesADeletionAsUnblockingAlsoOfABlockByTheApi) {
  keep_until_ready();
  ASSERT_EQ(block(there.device), Enforcement::kActive);
  redis.cli("UNLINK " + key(there.device));
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()).empty(); }));
}

TEST_F(KeeperTest, TakesADeletionAsUnblockingAlsoOfWhatItHasSeeded) {
  block(there.device);
  redis.cli("FLUSHALL");
  keep_until_ready();
  redis.cli("DEL " + key(there.device));
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()).empty(); }));
}

TEST_F(KeeperTest, FindsWhatWasSetAndDeletedWhileItWasAway) {
  keep_until_ready();
  redis.cli("SET " + key(there.device) + " lost");
  ASSERT_TRUE(wait_until([&] { return !active(there.device.str()).empty(); }));
  keeper.reset();
  redis.cli("DEL " + key(there.device));
  redis.cli("SET " + key(here.device) + " stolen");
  keep_until_ready();
  EXPECT_EQ(active(there.device.str()), "");
  EXPECT_EQ(active(here.device.str()), "redis stolen");
}

TEST_F(KeeperTest, FollowsAChangedReasonAndEnd) {
  keep_until_ready();
  block(there.device);
  redis.cli("SET " + key(there.device) + " stolen");
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()) == "redis stolen"; }));
  redis.cli("EXPIRE " + key(there.device) + " 1000");
  ASSERT_TRUE(wait_until([&] {
    return house.sql("select count(*) from block where lifted_at is null and ends_at is not null") == "1";
  }));
}

TEST_F(KeeperTest, LetsABlockEndInItsOwnTime) {
  keep_until_ready();
  redis.cli("SET " + key(there.device) + " lost PX 600");
  ASSERT_TRUE(wait_until([&] { return !active(there.device.str()).empty(); }));
  ASSERT_TRUE(wait_until([&] { return !in_redis(key(there.device)); }));
  let_it_catch_up();
  EXPECT_EQ(events("unblock"), "0");
  EXPECT_FALSE(in_redis(key(there.device)));
}

TEST_F(KeeperTest, PublishesWhatRedisMissed) {
  keep_until_ready();
  redis.kill();
  EXPECT_EQ(block(there.device), Enforcement::kPending);
  EXPECT_EQ(accounts::log_out(ports, me, here.session, house.origin).value(), Enforcement::kPending);
  redis.start();
  EXPECT_TRUE(wait_until([&] { return in_redis(key(there.device)); }));
  EXPECT_TRUE(wait_until([&] { return in_redis(accounts::block_key(here.session).redis_key()); }));
}

TEST_F(KeeperTest, WithdrawsWhatRedisMissed) {
  keep_until_ready();
  block(there.device);
  redis.freeze();
  EXPECT_EQ(unblock(there.device), Enforcement::kPending);
  redis.thaw();
  EXPECT_TRUE(wait_until([&] { return !in_redis(key(there.device)); }));
  EXPECT_TRUE(wait_until(
      [&] { return house.sql("select count(*) from block where published_epoch is null") == "0"; }));
  EXPECT_EQ(active(there.device.str()), "");
}

TEST_F(KeeperTest, EndsAsTheLastOfQuickChanges) {
  keep_until_ready();
  for (int i = 0; i < 30; ++i) {
    block(there.device);
    unblock(there.device);
    block(there.device);
    ASSERT_TRUE(in_redis(key(there.device))) << i;
    unblock(there.device);
    ASSERT_FALSE(in_redis(key(there.device))) << i;
  }
  block(there.device);
  let_it_catch_up();
  EXPECT_TRUE(in_redis(key(there.device)));
  EXPECT_EQ(active(there.device.str()), "api lost") << "the keeper took none of it for an administrator's";
  EXPECT_EQ(events_of_redis(there.device), "0");
}

TEST_F(KeeperTest, HoldsABlockThroughFlushesWhileItIsChanged) {
  keep_until_ready();
  for (int i = 0; i < 10; ++i) {
    block(there.device);
    redis.cli("FLUSHALL");
    unblock(there.device);
    redis.cli("FLUSHALL");
    block(there.device);
    ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); })) << i;
    ASSERT_EQ(active(there.device.str()), "api lost") << i;
    unblock(there.device);
    ASSERT_TRUE(wait_until([&] { return ready() && !in_redis(key(there.device)); })) << i;
  }
  EXPECT_EQ(house.sql("select count(*) from block where source = 'redis' or lifted_source = 'redis'"), "0");
}

TEST_F(KeeperTest, SharesTheWorkWithOtherDaemons) {
  keep_until_ready();
  const auto another = [&] { return std::make_unique<Keeper>(house.database, server(), system_random()); };
  std::unique_ptr<Keeper> second = another(), third = another();
  redis.cli("SET " + key(there.device) + " stolen");
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()) == "redis stolen"; }));
  const std::int64_t before = epoch();
  redis.cli("FLUSHALL");
  ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); }));
  redis.cli("DEL " + key(there.device));
  ASSERT_TRUE(wait_until([&] { return active(there.device.str()).empty(); }));
  // They finish what they have begun.
  for (std::unique_ptr<Keeper>* each : {&keeper, &second, &third}) each->reset();
  EXPECT_EQ(epoch(), before + 1) << "one of them seeded";
  EXPECT_EQ(events("block"), "1");
  EXPECT_EQ(events("unblock"), "1");
}

// One that slept until its next tick would need most of a second each time.
TEST_F(KeeperTest, StopsWithoutSleepingOn) {
  constexpr int kStops = 30;
  std::chrono::nanoseconds spent{0};
  for (int i = 0; i < kStops; ++i) {
    keep_until_ready();
    const auto from = std::chrono::steady_clock::now();
    keeper.reset();
    spent += std::chrono::steady_clock::now() - from;
  }
  EXPECT_LT(spent, test::kDeadline);
}

}  // namespace
}  // namespace gatehouse::live
