#include "module/block_table.hpp"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <csignal>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace gatehouse::gate {
namespace {

using Standing = BlockTable::Standing;

class BlockTableTest : public testing::Test {
 protected:
  static constexpr std::size_t kSlots = 4096;

  static BlockKey key(std::uint64_t n) { return hash_block({1, 2, 3}, std::to_string(n)); }
  Standing standing(std::uint64_t n, Monotonic now = 0) const { return table_.find(key(n), now).standing; }

  std::unique_ptr<BlockSlot[]> slots_ = std::make_unique<BlockSlot[]>(kSlots);
  std::atomic<std::uint64_t> size_{0};
  BlockTable table_{slots_.get(), kSlots, size_};
};

TEST_F(BlockTableTest, FindsWhatWasPutAndNothingElse) {
  EXPECT_EQ(standing(1), Standing::kAbsent);
  ASSERT_TRUE(table_.put(key(1), {}));
  EXPECT_EQ(standing(1), Standing::kBlocked);
  EXPECT_EQ(standing(2), Standing::kAbsent);
  table_.remove(key(1));
  EXPECT_EQ(standing(1), Standing::kAbsent);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(BlockTableTest, ReplacesAnEntryInItsPlace) {
  ASSERT_TRUE(table_.put(key(1), {.provisional = true}));
  EXPECT_EQ(standing(1), Standing::kProvisional);
  ASSERT_TRUE(table_.put(key(1), {.before = 1700000000}));
  EXPECT_EQ(table_.find(key(1), 0).before, 1700000000);
  EXPECT_EQ(standing(1), Standing::kBlocked);
  EXPECT_EQ(table_.size(), 1U);
}

TEST_F(BlockTableTest, AnEntryEndsByItself) {
  ASSERT_TRUE(table_.put(key(1), {.expires_at = 1000}));
  EXPECT_EQ(standing(1, 999), Standing::kBlocked);
  EXPECT_EQ(standing(1, 1000), Standing::kAbsent);
}

TEST_F(BlockTableTest, AMomentThatDoesNotFitEndsAllTokens) {
  ASSERT_TRUE(table_.put(key(1), {.before = std::int64_t{1} << 36}));
  EXPECT_EQ(table_.find(key(1), 0).before, 0);
}

TEST_F(BlockTableTest, TakesNoMoreThanItsCapacity) {
  for (std::uint64_t n = 0; n < table_.capacity(); ++n) ASSERT_TRUE(table_.put(key(n), {}));
  EXPECT_FALSE(table_.put(key(table_.capacity()), {}));
  EXPECT_TRUE(table_.put(key(0), {.before = 1})) << "what is there can be replaced";
  for (std::uint64_t n = 0; n < table_.capacity(); ++n) ASSERT_EQ(standing(n), Standing::kBlocked);
  EXPECT_EQ(standing(table_.capacity()), Standing::kAbsent);
}

TEST_F(BlockTableTest, ABlockCostsAtMost72Bytes) {
  EXPECT_LE(sizeof(BlockSlot) * kSlots, 72 * table_.capacity());
}

TEST_F(BlockTableTest, AgreesWithAMapThroughRandomChanges) {
  std::mt19937_64 random(7);
  std::unordered_map<std::uint64_t, Block> expected;
  for (int step = 0; step < 300'000; ++step) {
    const std::uint64_t n = random() % (table_.capacity() + 200);
    const Monotonic now = step;
    switch (random() % 4) {
      case 0:
        table_.remove(key(n));
        expected.erase(n);
        break;
      case 1: {
        const Block block{.expires_at = random() % 2 == 0 ? Block::kNever : now + 1000,
                          .before = static_cast<std::int64_t>(random() % 5),
                          .provisional = random() % 8 == 0};
        if (table_.put(key(n), block)) {
          expected[n] = block;
        } else {
          ASSERT_EQ(expected.size(), table_.capacity());
          ASSERT_FALSE(expected.contains(n));
        }
        break;
      }
      default: {
        const BlockTable::Found found = table_.find(key(n), now);
        const auto known = expected.find(n);
        if (known == expected.end() || known->second.expires_at <= now) {
          ASSERT_EQ(found.standing, Standing::kAbsent);
        } else if (known->second.provisional) {
          ASSERT_EQ(found.standing, Standing::kProvisional);
        } else {
          ASSERT_EQ(found.standing, Standing::kBlocked);
          ASSERT_EQ(found.before, known->second.before);
        }
      }
    }
    ASSERT_EQ(table_.size(), expected.size());
  }
}

TEST_F(BlockTableTest, AMillionChangesLeaveEmptySlotsAsTheyWere) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> held;
  for (std::uint64_t n = 0; n < table_.capacity(); ++n) {
    held.push_back(n);
    ASSERT_TRUE(table_.put(key(n), {}));
  }
  for (std::uint64_t n = 0; n < 1'000'000; ++n) {
    std::uint64_t& victim = held[random() % held.size()];
    table_.remove(key(victim));
    victim = table_.capacity() + n;
    ASSERT_TRUE(table_.put(key(victim), {}));
  }
  for (const std::uint64_t n : held) ASSERT_EQ(standing(n), Standing::kBlocked);
  // A slot is in use exactly if bit 0 of its meta is set.
  std::size_t empty = 0;
  for (std::size_t i = 0; i < kSlots; ++i) empty += (slots_[i].meta & 1) == 0;
  EXPECT_EQ(empty, kSlots - table_.capacity());
}

TEST_F(BlockTableTest, ASweepRemovesWhatBearsAnotherTag) {
  for (std::uint64_t n = 0; n < 1000; ++n)
    ASSERT_TRUE(table_.put(key(n), {.tag = static_cast<std::uint8_t>(n % 3)}));
  table_.start_sweep();
  while (!table_.sweep(2, 100)) {
  }
  for (std::uint64_t n = 0; n < 1000; ++n)
    ASSERT_EQ(standing(n), n % 3 == 2 ? Standing::kBlocked : Standing::kAbsent) << n;
}

// Keys with one home slot stand in a row behind it.
TEST_F(BlockTableTest, ASweepMissesNothingThatMovesBehindIt) {
  const auto neighbour = [](std::uint64_t n) { return BlockKey{.low = n, .high = 0}; };
  ASSERT_TRUE(table_.put(neighbour(0), {.tag = 2}));
  ASSERT_TRUE(table_.put(neighbour(1), {.tag = 2}));
  ASSERT_TRUE(table_.put(neighbour(2), {.tag = 1}));
  table_.start_sweep();
  ASSERT_FALSE(table_.sweep(2, 2));
  table_.remove(neighbour(0));
  while (!table_.sweep(2, 100)) {
  }
  EXPECT_EQ(table_.find(neighbour(1), 0).standing, Standing::kBlocked);
  EXPECT_EQ(table_.find(neighbour(2), 0).standing, Standing::kAbsent);
}

// A small table, in which every change moves entries: some stay, one flickers between two contents, and the
// others come and go.
class CrowdedTable {
 public:
  static constexpr std::size_t kSteady = 8;

  CrowdedTable() {
    for (std::uint64_t n = 0; n < 64; ++n) keys_.push_back(hash_block({1}, std::to_string(n)));
    present_.resize(keys_.size());
    for (std::size_t n = 0; n <= kSteady; ++n) table_.put(keys_[n], kLasting);
  }

  void change() {
    for (int i = 0; i < 6; ++i) {
      const std::size_t n = kSteady + 1 + random_() % (keys_.size() - kSteady - 1);
      if (present_[n]) {
        table_.remove(keys_[n]);
        present_[n] = false;
      } else {
        present_[n] = table_.put(keys_[n], {});
      }
    }
    table_.put(keys_[kSteady], random_() % 2 == 0 ? kEnded : kLasting);
  }

  // What a reader saw that was never there.
  bool hides_a_steady_entry(std::size_t n) const {
    return table_.find(keys_[n % kSteady], kNow).standing == Standing::kAbsent;
  }
  bool shows_a_torn_entry() const {
    const BlockTable::Found found = table_.find(keys_[kSteady], kNow);
    return found.standing == Standing::kBlocked && found.before != kLasting.before;
  }

 private:
  static constexpr Monotonic kNow = 100;
  static constexpr Block kEnded{.expires_at = 10, .before = 7};
  static constexpr Block kLasting{.expires_at = Block::kNever, .before = 9};
  static constexpr std::size_t kSlots = 64;

  std::unique_ptr<BlockSlot[]> slots_ = std::make_unique<BlockSlot[]>(kSlots);
  std::atomic<std::uint64_t> size_{0};
  BlockTable table_{slots_.get(), kSlots, size_};
  std::vector<BlockKey> keys_;
  std::vector<bool> present_;
  std::mt19937_64 random_{99};
};

TEST(BlockTableBesideReaders, HidesNothingThatStaysAndShowsNothingTorn) {
  constexpr int kRounds = 200'000;
  CrowdedTable table;
  std::atomic<bool> done{false};
  std::atomic<int> looked{0};
  int hidden = 0;
  int torn = 0;
  std::thread reader([&] {
    for (std::size_t n = 0; !done.load(std::memory_order_relaxed); ++n, ++looked) {
      hidden += table.hides_a_steady_entry(n);
      torn += table.shows_a_torn_entry();
    }
  });
  for (int round = 0; round < kRounds || looked < kRounds; ++round) table.change();
  done = true;
  reader.join();
  EXPECT_EQ(hidden, 0);
  EXPECT_EQ(torn, 0);
}

#ifndef __SANITIZE_THREAD__  // which puts signals off until no instruction matters

// Threads seldom meet within a few nanoseconds. A writer in a signal handler stops the reader between any two
// of its instructions.
class Interruption {
 public:
  // Calls `change` once in about `microseconds`.
  Interruption(std::function<void()> change, int microseconds) {
    change_ = std::move(change);
    happened_ = 0;
    struct sigaction action {};
    action.sa_handler = [](int) {
      change_();
      happened_ = 1;
    };
    sigaction(SIGALRM, &action, &before_);
    const itimerval once{{0, 0}, {0, microseconds}};
    setitimer(ITIMER_REAL, &once, nullptr);
  }
  ~Interruption() { sigaction(SIGALRM, &before_, nullptr); }

  bool happened() const { return happened_ != 0; }

 private:
  static inline std::function<void()> change_;
  static inline volatile std::sig_atomic_t happened_ = 0;
  struct sigaction before_ {};
};

TEST(BlockTableInterrupted, ShowsNothingTorn) {
  CrowdedTable table;
  int torn = 0;
  for (int round = 0; round < 3'000; ++round) {
    const Interruption interruption([&] { table.change(); }, 1 + round % 20);
    while (!interruption.happened()) torn += table.shows_a_torn_entry();
  }
  EXPECT_EQ(torn, 0);
}

TEST_F(BlockTableTest, FindsAnEntryThatMovesPastTheReader) {
  const auto neighbour = [](std::uint64_t n) { return BlockKey{.low = n, .high = 0}; };
  int hidden = 0;
  for (int round = 0; round < 3'000; ++round) {
    for (std::uint64_t n = 0; n < 4; ++n) ASSERT_TRUE(table_.put(neighbour(n), {}));
    const Interruption interruption([&] { table_.remove(neighbour(1)); }, 1 + round % 20);
    while (!interruption.happened()) hidden += table_.find(neighbour(3), 0).standing != Standing::kBlocked;
    table_.remove(neighbour(3));
    table_.remove(neighbour(2));
    table_.remove(neighbour(0));
  }
  EXPECT_EQ(hidden, 0);
}

#endif

// A slot whose count of changes is odd is what a writer leaves that dies within a change.
TEST_F(BlockTableTest, AHalfWrittenSlotIsDoubtfulUntilASweep) {
  ASSERT_TRUE(table_.put(key(1), {.tag = 5}));
  std::size_t position = 0;
  while ((slots_[position].meta & 1) == 0) ++position;
  slots_[position].meta |= 1 << 8;
  EXPECT_EQ(standing(1), Standing::kDoubtful);
  table_.recount();
  EXPECT_EQ(table_.size(), 1U);

  ASSERT_TRUE(table_.put(key(1), {.tag = 6})) << "the next writer goes on";
  table_.start_sweep();
  while (!table_.sweep(6, 100)) {
  }
  EXPECT_EQ(standing(1), Standing::kBlocked);
  EXPECT_EQ(table_.size(), 1U);
}

TEST_F(BlockTableTest, ACopyHasEveryEntryAsItIs) {
  const Block moment{.expires_at = 77, .before = 1'700'000'000, .tag = 3};
  ASSERT_TRUE(table_.put(key(1), moment));
  ASSERT_TRUE(table_.put(key(2), {.provisional = true}));
  for (int i = 3; i < 40; ++i) ASSERT_TRUE(table_.put(key(i), {}));
  std::vector<BlockSlot> other_slots(4096);
  std::atomic<std::uint64_t> other_size{0};
  BlockTable other(other_slots.data(), other_slots.size(), other_size);
  EXPECT_TRUE(other.copy(table_));
  EXPECT_EQ(other.size(), table_.size());
  EXPECT_EQ(other.find(key(1), 76).before, moment.before);
  EXPECT_EQ(other.find(key(1), 77).standing, Standing::kAbsent);
  EXPECT_EQ(other.find(key(2), 0).standing, Standing::kProvisional);
  for (int i = 3; i < 40; ++i) EXPECT_EQ(other.find(key(i), 0).standing, Standing::kBlocked) << i;
}

TEST_F(BlockTableTest, ACopyThatIsNotWholeIsToldSo) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(table_.put(key(i), {}));
  std::vector<BlockSlot> few(32);
  std::atomic<std::uint64_t> few_size{0};
  EXPECT_FALSE(BlockTable(few.data(), few.size(), few_size).copy(table_)) << "it does not fit";
  std::size_t position = 0;
  while ((slots_[position].meta & 1) == 0) ++position;
  slots_[position].meta |= 1 << 8;
  std::vector<BlockSlot> many(4096);
  std::atomic<std::uint64_t> many_size{0};
  EXPECT_FALSE(BlockTable(many.data(), many.size(), many_size).copy(table_)) << "one entry is half-written";
}

TEST(HashBlock, DependsOnTheKeyAndTheText) {
  const HashKey one{1};
  const HashKey two{2};
  EXPECT_EQ(hash_block(one, "device:a"), hash_block(one, "device:a"));
  EXPECT_FALSE(hash_block(one, "device:a") == hash_block(two, "device:a"));
  EXPECT_FALSE(hash_block(one, "device:a") == hash_block(one, "device:b"));
}

}  // namespace
}  // namespace gatehouse::gate
