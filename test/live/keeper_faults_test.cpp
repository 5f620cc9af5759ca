// Whatever happens to Redis or PostgreSQL, a block holds.
#include "test/live/keeper.hpp"

namespace gatehouse::live {
namespace {

TEST_F(KeeperTest, WaitsForARedisThatIsNotThere) {
  redis.kill();
  keep();
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "dark"; }));
  redis.start();
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "ready"; }));
}

TEST_F(KeeperTest, NoticesARedisThatHangs) {
  keep_until_ready();
  redis.freeze();
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "dark"; }));
  redis.thaw();
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "ready"; }));
}

// As an administrator may have set it up against all advice.
TEST_F(KeeperTest, SetsWhatRedisHasThrownAwayAgain) {
  keep_until_ready();
  block(there.device);
  const std::int64_t before = epoch();
  redis.cli("CONFIG SET maxmemory-policy allkeys-random maxmemory 3mb");
  ASSERT_TRUE(wait_until([&] {
    redis.cli(
        "EVAL \"for i = 1, 200 do redis.call('SET', 'x' .. math.random(1e9), string.rep('x', 1000)) end\" 0");
    return redis.cli("INFO stats").find("evicted_keys:0\r") == std::string::npos &&
           (!in_redis(key(there.device)) || epoch() > before);
  }));
  redis.cli("CONFIG SET maxmemory 0");
  EXPECT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)) && epoch() > before; }));
  wait_for_the_next_look();  // what was thrown away last may not have been seen yet
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "ready"; }));
  EXPECT_EQ(active(there.device.str()), "api lost");
  EXPECT_EQ(events("unblock"), "0");
  unblock(there.device);
  redis.cli("SET " + key(here.device) + " lost");
  ASSERT_TRUE(wait_until([&] { return active(here.device.str()) == "redis lost"; }));
  redis.cli("DEL " + key(here.device));
  EXPECT_TRUE(wait_until([&] { return active(here.device.str()).empty(); })) << "a DEL counts again";
}

// The keeper has no key lock while it seeds, and what it finds in Redis may be blocked by the API meanwhile.
TEST_F(KeeperTest, LeavesABlockOfTheApiThatCameInBetweenWhenItSeeds) {
  redis.cli("SET " + key(here.device) + " by-hand");
  const auto waiting_for_us = [&] {
    return house.sql(
               "select count(*) from pg_stat_activity where datname = current_database() and "
               "wait_event_type = 'Lock'") == "1";
  };
  house.database.transaction([&](accounts::Transaction& transaction) {
    transaction.blocks().insert({.id = accounts::BlockId::generate(transaction.now(), system_random()),
                                 .key = accounts::block_key(here.device),
                                 .value = "lost",
                                 .source = accounts::BlockSource::kApi,
                                 .set_by = me.account,
                                 .created_at = transaction.now()});
    keep();
    EXPECT_TRUE(wait_until(waiting_for_us));
  });
  EXPECT_TRUE(wait_until([&] { return keeper->state() == "ready"; }));
  EXPECT_EQ(active(here.device.str()), "api lost");
  EXPECT_EQ(redis.cli("GET " + key(here.device)), "lost");
  EXPECT_EQ(events_of_redis(here.device), "0");
}

// A server that keeps its data: what comes back after kill -9 is the snapshot, with its old mark.
class KeeperSnapshotTest : public KeeperTest {
 protected:
  KeeperSnapshotTest() : KeeperTest("save \"\"\nappendonly no\ndbfilename dump.rdb\n") {}
};

TEST_F(KeeperSnapshotTest, KeepsNewBlocksThroughARestartFromAnOldSnapshot) {
  keep_until_ready();
  redis.cli("SAVE");
  block(there.device);
  redis.cli("SET gatehouse:block:user:u1 fraud");
  ASSERT_TRUE(wait_until([&] { return active("u1") == "redis fraud"; }));
  redis.kill();
  redis.start();
  ASSERT_TRUE(wait_until([&] { return ready() && in_redis(key(there.device)); }));
  EXPECT_TRUE(in_redis("gatehouse:block:user:u1"));
  EXPECT_EQ(events("unblock"), "0");
}

TEST_F(KeeperSnapshotTest, DoesNotBringBackWhatWasLiftedSinceTheSnapshot) {
  keep_until_ready();
  block(there.device);
  redis.cli("SAVE");
  unblock(there.device);
  redis.kill();
  redis.start();
  ASSERT_TRUE(wait_until([&] { return ready() && !in_redis(key(there.device)); }));
  EXPECT_EQ(active(there.device.str()), "");
}

TEST_F(KeeperSnapshotTest, KeepsWhatAnAdministratorSetWhileNoDaemonRan) {
  keep_until_ready();
  keeper.reset();
  redis.cli("SET gatehouse:block:user:u1 fraud");
  redis.cli("SAVE");
  redis.kill();
  redis.start();
  keep_until_ready();
  EXPECT_EQ(active("u1"), "redis fraud");
  EXPECT_TRUE(in_redis("gatehouse:block:user:u1"));
}

// PostgreSQL away while an administrator blocks: found when it is back.
TEST(KeeperAlone, RecordsLaterWhatItCouldNotRecordAtOnce) {
  test::Postgres cluster;
  test::House house(cluster);
  test::Redis redis;
  Keeper keeper(house.database, {.address = Endpoint::parse(redis.address()).value()}, system_random());
  ASSERT_TRUE(wait_until([&] { return keeper.state() == "ready"; }));
  cluster.kill();
  redis.cli("SET gatehouse:block:user:u1 fraud");
  EXPECT_TRUE(wait_until([&] { return keeper.state() == "stalled"; })) << keeper.state() << ", it has tried";
  cluster.start();
  EXPECT_TRUE(
      wait_until([&] { return house.sql("select value from block where subject = 'u1'") == "fraud"; }));
  EXPECT_TRUE(wait_until([&] { return keeper.state() == "ready"; }));
}

}  // namespace
}  // namespace gatehouse::live
