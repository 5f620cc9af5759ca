#include <gtest/gtest.h>

#include <set>

#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "contract/block_value.hpp"

namespace gatehouse {
namespace {

const Time kTime = from_unix_microseconds(1'790'000'000'123'456);

TEST(Uuid, SortsByTimeAndSaysItsVersion) {
  const Uuid first = Uuid::generate(kTime, system_random());
  const Uuid second = Uuid::generate(kTime + std::chrono::milliseconds(1), system_random());
  EXPECT_LT(first.str(), second.str());
  EXPECT_EQ(first.str()[14], '7');
  EXPECT_NE(std::string("89ab").find(first.str()[19]), std::string::npos);
  EXPECT_EQ(first.str().substr(0, 13), "01a0c450-6c7b");
}

TEST(Uuid, ReadsTheCanonicalFormOnly) {
  const Uuid uuid = Uuid::generate(kTime, system_random());
  EXPECT_EQ(Uuid::parse(uuid.str()), uuid);
  EXPECT_EQ(Uuid::parse("018F0000-ABCD-7000-8000-00000000000A")->str(),
            "018f0000-abcd-7000-8000-00000000000a");
  for (const char* text : {"", "018f0000abcd7000800000000000000a", "{018f0000-abcd-7000-8000-00000000000a}",
                           "018f0000-abcd-7000-8000-00000000000", "018f0000-abcd-7000-8000-00000000000g",
                           "018f0000-abcd-7000-8000-00000000000a ", "018f-0000abcd-7000-8000-00000000000a",
                           "018f0000-abcd-7000-8000-0000000000-a"})
    EXPECT_FALSE(Uuid::parse(text)) << text;
}

TEST(Random, IsUniformBelowABound) {
  std::set<unsigned> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(uniform(system_random(), 10));
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(*seen.rbegin(), 9U);
}

TEST(Random, RejectsTheIncompleteLastRange) {
  class FirstHighThenLow final : public Random {
   public:
    void fill(void* out, std::size_t size) override {
      ASSERT_EQ(size, sizeof(std::uint32_t));
      const std::uint32_t number = calls_++ == 0 ? UINT32_MAX : 7;
      *static_cast<std::uint32_t*>(out) = number;
    }
    int calls_ = 0;
  } random;
  EXPECT_EQ(uniform(random, 1'000'000), 7U);
  EXPECT_EQ(random.calls_, 2);
}

TEST(Time, IsWrittenAsRfc3339AndRfc5322Ask) {
  EXPECT_EQ(rfc3339(kTime), "2026-09-21T14:13:20.123Z");
  EXPECT_EQ(rfc5322_date(kTime), "Mon, 21 Sep 2026 14:13:20 +0000");
  EXPECT_EQ(rfc3339(from_unix_microseconds(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Time, IsToldInTheLargestUnitThatItIsAWholeNumberOf) {
  EXPECT_EQ(in_words(std::chrono::seconds(1)), "1 second");
  EXPECT_EQ(in_words(std::chrono::seconds(90)), "90 seconds");
  EXPECT_EQ(in_words(std::chrono::minutes(10)), "10 minutes");
  EXPECT_EQ(in_words(std::chrono::minutes(60)), "1 hour");
  EXPECT_EQ(in_words(std::chrono::hours(36)), "36 hours");
  EXPECT_EQ(in_words(std::chrono::days(2)), "2 days");
}

TEST(Hex, ReadsWhatItWrites) {
  EXPECT_EQ(to_hex(std::string("\0\xff\x10", 3)), "00ff10");
  EXPECT_EQ(from_hex("00FF10"), std::string("\0\xff\x10", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Secret, IsEmptyAfterAMove) {
  Secret source(std::string("short"));
  const Secret target = std::move(source);
  EXPECT_EQ(target.expose(), "short");
  EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): what this test is about
}

TEST(BlockValue, ReadsBeforeAndBlocksAllWhenInDoubt) {
  using contract::before_of;
  EXPECT_EQ(before_of("before=1790000000"), 1'790'000'000);
  for (const char* value : {"", "stolen laptop", "before=", "before=x", "before=1x", "before= 1", "before=-1",
                            "before=0", "before=99999999999999999999", "BEFORE=1", " before=1"})
    EXPECT_FALSE(before_of(value)) << value;
}

}  // namespace
}  // namespace gatehouse
