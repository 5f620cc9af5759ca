// Seeding records a block that was set by hand, without the key's lock, in the very moment in which somebody
// is promised a block of the same key: what is promised holds.
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "accounts/device_blocking.hpp"
#include "accounts/logout.hpp"
#include "accounts/operator_blocking.hpp"
#include "test/support/house.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::accounts {
namespace {

class BlockingRaces : public testing::Test {
 protected:
  // `promise` finds no block and waits for the index, while one is recorded that ends in `life`.
  void while_seeding_records(const BlockKey& key, const std::string& value, std::optional<Duration> life,
                             const std::function<void()>& promise) {
    std::thread waiting;
    house.database.transaction([&](Transaction& transaction) {
      const Time now = transaction.now();
      Block block{.id = BlockId::generate(now, system_random()),
                  .key = key,
                  .value = value,
                  .source = BlockSource::kRedis,
                  .created_at = now};
      if (life) block.ends_at = now + *life;
      transaction.blocks().insert(block);
      waiting = std::thread(promise);
      EXPECT_TRUE(test::wait_until([&] {
        return house.sql(
                   "select count(*) from pg_stat_activity where datname = current_database() and "
                   "wait_event_type = 'Lock'") == "1";
      }));
    });
    waiting.join();
  }
  // The block in force: source, value, and its end if it has one.
  std::string in_force(const BlockKey& key) const {
    return house.sql(
        "select source || ' ' || value || case when ends_at is null then '' else ' ends' end from block "
        "where lifted_at is null and subject = '" +
        key.subject + "'");
  }
  BlockOrder order(const BlockKey& key) const { return {.key = key, .reason = "fraud"}; }

  test::House house;
  Login login = house.sign_in(house.member("alice"));
  Principal me = house.principal(login);
  const Duration moment = std::chrono::seconds(1);
};

TEST_F(BlockingRaces, ALogoutLastsAsLongAsTheLastTokenOfItsSession) {
  const BlockKey key = block_key(login.session);
  while_seeding_records(key, "by hand", moment,
                        [&] { EXPECT_TRUE(log_out(house.ports(), me, login.session, house.origin)); });
  EXPECT_EQ(in_force(key), "system logout ends");
  EXPECT_EQ(house.sql("select ends_at > now() + interval '5 minutes' from block where lifted_at is null"),
            "t");
}

TEST_F(BlockingRaces, AnOperatorsBlockStandsInThePlaceOfOneThatRefusesLess) {
  const BlockKey key = block_key(me.account);
  while_seeding_records(key, "before=1700000000", std::nullopt, [&] {
    const auto blocked =
        block_as_operator(house.database, house.live, system_random(), order(key), house.origin);
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->change, BlockChange::kReplaced);
  });
  EXPECT_EQ(in_force(key), "ctl fraud");
}

TEST_F(BlockingRaces, AnOperatorLiftsWhatSeedingHasRecorded) {
  const BlockKey key = block_key(login.device);
  house.live.keys[key.redis_key()] = "by hand";
  while_seeding_records(key, "by hand", std::nullopt, [&] {
    EXPECT_EQ(unblock_as_operator(house.database, house.live, system_random(), key, "found", house.origin),
              Unblocked::kEnforced);
  });
  EXPECT_EQ(in_force(key), "");
  EXPECT_EQ(house.sql("select count(*) from block"), "1");
}

TEST_F(BlockingRaces, AnOwnersBlockIsToldOfTheOneThatStands) {
  const BlockKey key = block_key(login.device);
  while_seeding_records(key, "by hand", std::nullopt, [&] {
    EXPECT_TRUE(block_device(house.ports(), me, login.device, "lost", house.origin));
  });
  EXPECT_EQ(in_force(key), "redis by hand");
  EXPECT_EQ(house.sql("select count(*) from event where type = 'block'"), "0") << "none that was not made";
}

}  // namespace
}  // namespace gatehouse::accounts
