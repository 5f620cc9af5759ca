#include "accounts/block.hpp"

#include <gtest/gtest.h>

namespace gatehouse::accounts {
namespace {

TEST(BlockKey, ReadsTheKeysOfTheContract) {
  for (const char* key :
       {"gatehouse:block:device:0190e2c8-0000-7000-8000-000000000001", "gatehouse:block:user:42",
        "gatehouse:block:session:abc", "gatehouse:block:token:abc", "gatehouse:block:ip:192.0.2.1",
        "gatehouse:block:ip:192.0.2.0/24", "gatehouse:block:ip:2001:db8::/32",
        "gatehouse:block:ip:192.0.2.77/24", "gatehouse:block:ip:2001:DB8::1",
        "gatehouse:block:ip:::ffff:192.0.2.0/120"}) {
    const std::optional<BlockKey> parsed = BlockKey::parse(key);
    ASSERT_TRUE(parsed) << key;
    EXPECT_EQ(parsed->redis_key(), key);
  }
}

TEST(BlockKey, PassesOverWhatItCannotKeep) {
  for (const std::string key :
       {"gatehouse:ready", "gatehouse:block:", "gatehouse:block:device",
        "gatehouse:block:device:", "gatehouse:block:planet:mars", "gatehouse:block:ip:nowhere",
        "gatehouse:block:ip:192.0.2.1/33", "gatehouse:block:ip:192.0.2.0/024", "gatehouse:block:user:\xFF",
        "gatehouse:block:user:a\nb", "other"})
    EXPECT_FALSE(BlockKey::parse(key)) << key;
  EXPECT_FALSE(BlockKey::parse("gatehouse:block:user:" + std::string(256, 'a')));
  EXPECT_FALSE(BlockKey::parse(std::string("gatehouse:block:user:a\0b", 24)));
}

TEST(BlockKey, OfANetworkHasItsOneSpelling) {
  EXPECT_EQ(block_key(IpNetwork::parse_around("2001:DB8::1/32").value()).redis_key(),
            "gatehouse:block:ip:2001:db8::/32");
}

TEST(Block, IsActiveUntilItIsLiftedOrEnds) {
  constexpr Time now = from_unix_seconds(1'800'000'000);
  Block block{.id = BlockId::generate(now, system_random()),
              .key = {BlockKind::kUser, "42"},
              .value = "x",
              .source = BlockSource::kApi,
              .created_at = now};
  EXPECT_TRUE(block.active(now));
  block.ends_at = now + std::chrono::seconds(10);
  EXPECT_TRUE(block.active(now + std::chrono::seconds(9)));
  EXPECT_FALSE(block.active(now + std::chrono::seconds(10)));
  block.lifted_at = now;
  EXPECT_FALSE(block.active(now));
}

}  // namespace
}  // namespace gatehouse::accounts
