#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.hpp"
#include "test/support/postgres.hpp"

namespace gatehouse::store {
namespace {

using accounts::Block;
using accounts::BlockKey;
using accounts::BlockKind;
using accounts::Transaction;
using test::sql;

class BlocksTest : public testing::Test {
 protected:
  static Block block(const BlockKey& key, const std::string& value,
                     std::optional<Time> ends_at = std::nullopt) {
    return {.id = accounts::BlockId::generate(kNow, system_random()),
            .key = key,
            .value = value,
            .source = accounts::BlockSource::kApi,
            .created_at = kNow,
            .ends_at = ends_at};
  }
  void insert(const Block& block) {
    database.transaction([&](Transaction& transaction) { transaction.blocks().insert(block); });
  }
  std::vector<std::string> active(const std::vector<BlockKey>& keys, const std::string& ip = "") {
    return database.read([&](Transaction& transaction) {
      std::vector<std::string> values;
      for (const Block& block : transaction.blocks().active(keys, ip)) values.push_back(block.value);
      return values;
    });
  }

  // Before the tests run, so that what ends a minute later has ended.
  static constexpr Time kNow = from_unix_seconds(1'700'000'000);
  const BlockKey key{BlockKind::kDevice, "d1"};
  std::string conninfo = test::Postgres::shared().database();
  PostgresDatabase database{conninfo};
};

TEST_F(BlocksTest, AKeyKeepsTheBlockThatItHas) {
  insert(block(key, "first"));
  EXPECT_THROW(insert(block(key, "second")), accounts::Unavailable);
  EXPECT_THAT(active({key}), testing::ElementsAre("first"));
}

TEST_F(BlocksTest, ABlockThatHasEndedMakesRoom) {
  insert(block(key, "first", kNow + std::chrono::seconds(60)));
  EXPECT_THAT(active({key}), testing::IsEmpty());
  Block second = block(key, "second");
  second.created_at = kNow + std::chrono::seconds(61);
  insert(second);
  EXPECT_THAT(active({key}), testing::ElementsAre("second"));
  EXPECT_EQ(sql(conninfo, "select count(*) from block where lifted_at = ends_at"), "1");
}

TEST_F(BlocksTest, OnlyTheKeysThatWereAskedForAreFound) {
  insert(block(key, "device"));
  insert(block({BlockKind::kUser, "d1"}, "user"));
  insert(block({BlockKind::kDevice, "d2"}, "other"));
  EXPECT_THAT(active({key}), testing::ElementsAre("device"));
  EXPECT_THAT(active({key, {BlockKind::kUser, "d1"}}), testing::UnorderedElementsAre("device", "user"));
  EXPECT_THAT(active({}), testing::IsEmpty());
}

TEST_F(BlocksTest, ANetworkHoldsItsAddresses) {
  insert(block({BlockKind::kIp, "192.0.2.0/24"}, "v4"));
  insert(block({BlockKind::kIp, "2001:db8::/32"}, "v6"));
  EXPECT_THAT(active({}, "192.0.2.77"), testing::ElementsAre("v4"));
  EXPECT_THAT(active({}, "2001:db8::1"), testing::ElementsAre("v6"));
  EXPECT_THAT(active({}, "192.0.3.1"), testing::IsEmpty());
}

TEST_F(BlocksTest, ANetworkIsFoundInWhateverSpelling) {
  for (const auto& [network, inside, outside] : {std::tuple{"192.0.2.77/24", "192.0.2.1", "192.0.3.1"},
                                                 {"::ffff:198.51.100.7", "198.51.100.7", "198.51.100.8"},
                                                 {"::FFFF:203.0.113.0/120", "203.0.113.200", "203.0.114.1"},
                                                 {"::ffff:0a00:0/104", "10.200.1.1", "11.0.0.1"},
                                                 {"2001:DB8:0:0::/32", "2001:db8::1", "2001:db9::1"},
                                                 {"64:ff9b::1.2.3.4", "64:ff9b::102:304", "1.2.3.4"}}) {
    ASSERT_TRUE(BlockKey::parse("gatehouse:block:ip:" + std::string(network))) << network;
    insert(block({BlockKind::kIp, network}, network));
    EXPECT_THAT(active({}, inside), testing::ElementsAre(network));
    EXPECT_THAT(active({}, outside), testing::IsEmpty()) << network;
  }
}

TEST_F(BlocksTest, EpochsGrowBeyondAllThatWereSeen) {
  database.transaction([](Transaction& transaction) {
    accounts::Blocks& blocks = transaction.blocks();
    EXPECT_EQ(blocks.last_epoch(), 0);
    EXPECT_EQ(blocks.next_epoch(0), 1);
    EXPECT_EQ(blocks.last_epoch(), 1);
    EXPECT_EQ(blocks.next_epoch(41), 42);
    EXPECT_EQ(blocks.next_epoch(0), 43);
  });
}

TEST_F(BlocksTest, SeedingExcludesSeedingAndPublishing) {
  database.transaction([&](Transaction& seeding) {
    ASSERT_TRUE(seeding.blocks().try_lock_for_seeding());
    database.transaction([](Transaction& other) {
      EXPECT_FALSE(other.blocks().try_lock_for_seeding());
      EXPECT_FALSE(other.blocks().try_lock_for_publishing());
    });
  });
  database.transaction([&](Transaction& publishing) {
    ASSERT_TRUE(publishing.blocks().try_lock_for_publishing());
    database.transaction([](Transaction& other) {
      EXPECT_TRUE(other.blocks().try_lock_for_publishing());
      EXPECT_FALSE(other.blocks().try_lock_for_seeding());
    });
  });
}

TEST_F(BlocksTest, PagesNameEachActiveBlockOnce) {
  for (int i = 0; i < 25; ++i) insert(block({BlockKind::kUser, std::to_string(i)}, "x"));
  insert(block({BlockKind::kUser, "over"}, "x", kNow + std::chrono::seconds(60)));
  std::vector<BlockKey> seen;
  database.read([&](Transaction& transaction) {
    std::optional<BlockKey> last;
    for (auto page = transaction.blocks().active_after(last, 10); !page.empty();
         page = transaction.blocks().active_after(last, 10)) {
      for (const Block& block : page) seen.push_back(block.key);
      last = seen.back();
    }
  });
  std::ranges::sort(seen);
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_EQ(std::ranges::unique(seen).begin(), seen.end());
}

}  // namespace
}  // namespace gatehouse::store
