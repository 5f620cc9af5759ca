#include "module/address_block.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "module/replica.hpp"

namespace gatehouse::gate {
namespace {

using Kind = Replica::Task::Kind;
using Reading = Replica::Reading;

// The replica writes, the look-up reads; `there_` is what Redis has.
class AddressBlockTest : public testing::Test {
 protected:
  static constexpr Monotonic kNow = 1000;
  static inline const std::string kReady = "run-1 5";

  AddressBlockTest() {
    replica_.connected("run-1");
    finish_sync();
  }

  static std::string key(const std::string& network) { return "gatehouse:block:ip:" + network; }

  void push(const std::string& network) { replica_.pushed(std::vector<std::string>{key(network)}); }
  void set(const std::string& network, std::int64_t pttl = Reading::kNoExpiry) {
    there_[key(network)] = pttl;
    push(network);
    settle();
  }
  void del(const std::string& network) {
    there_.erase(key(network));
    push(network);
    settle();
  }
  Reading read(const std::string& key) const {
    const auto found = there_.find(key);
    if (found == there_.end()) return {.key = key, .value = {}, .pttl = Reading::kGone};
    return {.key = key, .value = "x", .pttl = found->second};
  }
  void settle() {
    for (auto task = replica_.next(); task.kind == Kind::kReread; task = replica_.next())
      for (const std::string& key : task.keys) replica_.reread(read(key), kReady, kNow);
  }
  void begin_sync() {
    replica_.reconcile();
    replica_.ready_read(kReady);
  }
  void finish_sync() {
    if (replica_.next().kind == Kind::kReadReady) replica_.ready_read(kReady);
    std::vector<Reading> found;
    for (const auto& [key, pttl] : there_) found.push_back(read(key));
    replica_.scanned("0", found, kNow);
    settle();
    replica_.ready_read(kReady);
    while (replica_.next().kind == Kind::kSweep) replica_.sweep();
    ASSERT_EQ(replica_.trust(), Replica::Trust::kHeld);
  }

  std::string verdict(const std::string& address, Monotonic now = kNow) {
    const std::optional<Verdict> refused = check_address(IpAddress::parse(address).value(), shared_, now);
    return refused ? std::string(name(*refused)) : "";
  }
  bool blocked(const std::string& address, Monotonic now = kNow) {
    return verdict(address, now) == "ip_blocked";
  }

  struct alignas(4096) Memory {
    unsigned char bytes[Shared::kMinSize];
  };
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  Shared& shared_ = *Shared::lay_out(memory_.get(), sizeof(Memory), {}, system_random());
  Replica replica_{shared_};
  std::map<std::string, std::int64_t> there_;
};

TEST_F(AddressBlockTest, AnAddressIsBlockedAloneOrInItsNetwork) {
  set("192.0.2.7");
  set("198.51.100.0/24");
  set("2001:db8::1");
  set("2001:db8:1::/48");
  for (const char* address : {"192.0.2.7", "::ffff:192.0.2.7", "198.51.100.0", "198.51.100.255",
                              "2001:db8::1", "2001:db8:1:ffff::1"})
    EXPECT_TRUE(blocked(address)) << address;
  for (const char* address :
       {"192.0.2.6", "198.51.101.0", "198.51.99.255", "2001:db8::2", "2001:db8:2::", "::192.0.2.7"})
    EXPECT_EQ(verdict(address), "") << address;
}

TEST_F(AddressBlockTest, EveryPrefixLengthBlocksItsNetworkAndNoMore) {
  for (const auto& [text, bits] :
       {std::pair{"170.85.170.85", 32U}, {"aa55:aa55:aa55:aa55:aa55:aa55:aa55:aa55", 128U}}) {
    const IpAddress address = IpAddress::parse(text).value();
    for (unsigned prefix = 0; prefix <= bits; ++prefix) {
      const IpNetwork network = IpNetwork::around(address, prefix);
      set(network.str());
      EXPECT_TRUE(blocked(text)) << network.str();
      // The last bit of the prefix turned round.
      if (prefix > 0) {
        const IpNetwork half = IpNetwork::around(address, prefix - 1);
        const std::string first = half.first().str();
        EXPECT_EQ(blocked(first), network.contains(half.first())) << network.str() << ' ' << first;
      }
      del(network.str());
      EXPECT_FALSE(blocked(text)) << network.str();
    }
  }
}

TEST_F(AddressBlockTest, OfEverythingKeepsToItsVersion) {
  set("0.0.0.0/0");
  EXPECT_TRUE(blocked("203.0.113.9"));
  EXPECT_FALSE(blocked("2001:db8::1"));
  del("0.0.0.0/0");
  set("::/0");
  EXPECT_FALSE(blocked("203.0.113.9"));
  EXPECT_TRUE(blocked("2001:db8::1"));
}

TEST_F(AddressBlockTest, APushBlocksAtOnceAndADeletionEndsIt) {
  push("192.0.2.0/24");
  EXPECT_TRUE(blocked("192.0.2.7"));
  settle();
  EXPECT_FALSE(blocked("192.0.2.7"));
}

TEST_F(AddressBlockTest, EndsWithItsKey) {
  set("192.0.2.0/24", 500);
  EXPECT_TRUE(blocked("192.0.2.7", kNow + 500));
  EXPECT_FALSE(blocked("192.0.2.7", kNow + 501));
}

TEST_F(AddressBlockTest, ANetworkStaysBlockedAsLongAsOneOfItsSpellings) {
  const std::vector<std::string> spellings{"10.0.0.0/8", "10.1.2.3/8", "::ffff:10.0.0.0/104"};
  for (const std::string& first : spellings) {
    for (const std::string& last : spellings) {
      set(first);
      for (const std::string& spelling : spellings) set(spelling);
      for (const std::string& spelling : spellings) {
        if (spelling == last) continue;
        del(spelling);
        EXPECT_TRUE(blocked("10.9.9.9")) << spelling << " was deleted, " << last << " was not";
      }
      del(last);
      EXPECT_FALSE(blocked("10.9.9.9")) << last;
    }
  }
}

TEST_F(AddressBlockTest, OfSeveralSpellingsTheLatestEndCounts) {
  set("10.0.0.0/8", 500);
  set("10.1.2.3/8", 100);
  EXPECT_TRUE(blocked("10.9.9.9", kNow + 200));
  EXPECT_FALSE(blocked("10.9.9.9", kNow + 600));
}

TEST_F(AddressBlockTest, ADeletionDuringASyncWaitsForTheOtherSpellings) {
  set("10.0.0.0/8");
  set("10.1.2.3/8");
  begin_sync();
  del("10.0.0.0/8");
  EXPECT_TRUE(blocked("10.9.9.9")) << "the scan has not come to the other key yet";
  finish_sync();
  EXPECT_TRUE(blocked("10.9.9.9"));
  begin_sync();
  del("10.1.2.3/8");
  finish_sync();
  EXPECT_FALSE(blocked("10.9.9.9"));
}

TEST_F(AddressBlockTest, ADeletionDuringASyncLeavesTheUsualKeyThatWasScannedBefore) {
  set("10.0.0.0/8");
  set("10.1.2.3/8");
  begin_sync();
  replica_.scanned("17", std::vector<Reading>{read(key("10.0.0.0/8"))}, kNow);
  del("10.1.2.3/8");
  EXPECT_TRUE(blocked("10.9.9.9"));
  replica_.scanned("0", {}, kNow);
  settle();
  replica_.ready_read(kReady);
  while (replica_.next().kind == Kind::kSweep) replica_.sweep();
  ASSERT_EQ(replica_.trust(), Replica::Trust::kHeld);
  EXPECT_TRUE(blocked("10.9.9.9"));
  del("10.0.0.0/8");
  EXPECT_FALSE(blocked("10.9.9.9"));
}

TEST_F(AddressBlockTest, ASpellingThatComesAndGoesAtOnceLeavesTheUsualKey) {
  set("10.0.0.0/8");
  push("10.1.2.3/8");
  settle();
  EXPECT_TRUE(blocked("10.9.9.9"));
}

TEST_F(AddressBlockTest, ASyncForgetsTheLengthsThatAreNoLongerThere) {
  set("192.0.2.0/24");
  set("192.0.2.7");
  std::vector<unsigned> lengths;
  const auto note = [&](unsigned prefix) { lengths.push_back(prefix); };
  shared_.network_lengths.visit(false, note);
  EXPECT_EQ(lengths, (std::vector<unsigned>{24, 32}));
  there_.erase(key("192.0.2.0/24"));
  begin_sync();
  finish_sync();
  lengths.clear();
  shared_.network_lengths.visit(false, note);
  EXPECT_EQ(lengths, std::vector<unsigned>{32});
  EXPECT_TRUE(blocked("192.0.2.7"));
  EXPECT_FALSE(blocked("192.0.2.8"));
}

TEST_F(AddressBlockTest, AKeyThatNamesNoAddressBlocksNothingAndIsToldOnce) {
  for (const std::string nonsense : {"nowhere", "", "192.0.2.0/33", "192.0.2.7 ", "::ffff:192.0.2.0/24"}) {
    set(nonsense);
    EXPECT_EQ(replica_.take_ignored(), std::vector<std::string>{key(nonsense)});
    set(nonsense);
    begin_sync();
    finish_sync();
    EXPECT_TRUE(replica_.take_ignored().empty()) << nonsense;
    del(nonsense);
    set(nonsense);
    EXPECT_EQ(replica_.take_ignored().size(), 1U) << nonsense << " is there again";
    del(nonsense);
  }
  EXPECT_EQ(shared_.blocks().size(), 0U);
}

TEST_F(AddressBlockTest, AClientWithoutAnAddressPasses) {
  set("0.0.0.0/0");
  set("::/0");
  EXPECT_FALSE(check_address(std::nullopt, shared_, kNow));
}

}  // namespace
}  // namespace gatehouse::gate
