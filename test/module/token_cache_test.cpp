#include "module/token_cache.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::int64_t kNow = 1'790'000'000;

// All of it follows from the token, so that a mixture of two shows.
CachedToken facts_of(std::string_view token) {
  const auto key = [&](std::uint64_t salt) {
    return BlockKey{std::hash<std::string_view>()(token) + salt, salt};
  };
  const auto time = static_cast<std::int64_t>(std::hash<std::string_view>()(token) >> 24);
  return {.voucher = key(1),
          .times = {.issued_at = time, .expires_at = time + 1, .not_before = time + 2},
          .device = key(2),
          .session = key(3),
          .user = key(4),
          .token = key(5)};
}

// As different as tokens are: in length, and all over.
std::string token_of(std::size_t number) {
  std::string text = "head." + std::string(300 + number * 37 % 1300, static_cast<char>('a' + number % 26));
  return text + '.' + std::to_string(number * 0x9e3779b97f4a7c15ULL) + std::to_string(number + 1'000'000'000);
}

// Memory that a fork shares, as nginx's zones are.
class TokenCacheTest : public testing::Test {
 protected:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kSize = kPage + 256 * 1024;

  TokenCacheTest()
      : memory_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        progress_(*new (memory_) std::atomic<std::size_t>(0)),
        cache_(static_cast<unsigned char*>(memory_) + kPage, kSize - kPage, key_) {}
  ~TokenCacheTest() override { munmap(memory_, kSize); }

  bool holds(const std::string& token) { return cache_.find(token, kNow) == facts_of(token); }
  void insert(const std::string& token, std::int64_t now = kNow) {
    cache_.insert(token, facts_of(token), now);
  }

  const HashKey key_ = [] {
    HashKey key;
    system_random().fill(key.data(), key.size());
    return key;
  }();
  // A process that inserts without end; it has made a start.
  pid_t start_writer() {
    const std::size_t before = progress_;
    const pid_t child = fork();
    if (child == 0) {
      for (std::size_t i = 0;; ++i, ++progress_)
        insert(token_of(i % (4 * cache_.capacity())), kNow + static_cast<std::int64_t>(i));
    }
    EXPECT_TRUE(test::wait_until([&] { return progress_ > before + 100; }));
    return child;
  }
  void end(pid_t child) {
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
  }

  void* memory_;
  std::atomic<std::size_t>& progress_;
  TokenCache cache_;
};

TEST_F(TokenCacheTest, FindsWhatWasInserted) {
  EXPECT_FALSE(cache_.find(token_of(1), kNow));
  for (std::size_t i = 0; i < 20; ++i) insert(token_of(i));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_TRUE(holds(token_of(i))) << i;
  EXPECT_FALSE(cache_.find(token_of(20), kNow));
}

TEST_F(TokenCacheTest, FindsNoTokenThatDiffersInOneBit) {
  std::string token = token_of(1);
  insert(token);
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      token[i] = static_cast<char>(token[i] ^ 1 << bit);
      EXPECT_FALSE(cache_.find(token, kNow)) << "byte " << i << ", bit " << bit;
      token[i] = static_cast<char>(token[i] ^ 1 << bit);
    }
  }
  EXPECT_TRUE(holds(token));
}

TEST_F(TokenCacheTest, FindsNoPartAndNoExtensionOfAToken) {
  const std::string token = token_of(1);
  insert(token);
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(cache_.find(token.substr(0, size), kNow));
    EXPECT_FALSE(cache_.find(token.substr(token.size() - size), kNow));
  }
  for (const std::string& other : {token + "A", token + std::string(1, '\0'), 'A' + token, token + token})
    EXPECT_FALSE(cache_.find(other, kNow));
}

TEST_F(TokenCacheTest, HoldsTokensUpToItsSlotAndLeavesOthersOut) {
  const std::string longest(TokenCache::kMaxTokenSize, 'a');
  insert(longest);
  EXPECT_TRUE(holds(longest));
  insert(longest + 'a');
  EXPECT_FALSE(cache_.find(longest + 'a', kNow));
  for (std::size_t size = 0; size < 40; ++size) {
    insert(std::string(size, 'b'));
    EXPECT_EQ(cache_.find(std::string(size, 'b'), kNow).has_value(), size >= 16) << size;
  }
}

TEST_F(TokenCacheTest, HoldsATokenOnceWithItsLatestFacts) {
  const std::string token = token_of(1);
  insert(token);
  CachedToken other = facts_of(token);
  other.voucher = {7, 7};
  cache_.insert(token, other, kNow);
  EXPECT_EQ(cache_.find(token, kNow), other);
}

TEST_F(TokenCacheTest, KeepsWhatIsInUse) {
  insert(token_of(0));
  for (std::size_t i = 1; i < 100 * cache_.capacity(); ++i) {
    const auto now = kNow + static_cast<std::int64_t>(i);
    ASSERT_TRUE(cache_.find(token_of(0), now)) << i;
    insert(token_of(i), now);
  }
}

TEST_F(TokenCacheTest, FillsUpAndGoesOn) {
  for (std::size_t i = 0; i < 100 * cache_.capacity(); ++i) {
    insert(token_of(i), kNow + static_cast<std::int64_t>(i));
    ASSERT_TRUE(holds(token_of(i))) << i;
  }
}

TEST_F(TokenCacheTest, WithoutRoomHoldsNothing) {
  TokenCache none(memory_, 0, key_);
  EXPECT_EQ(none.capacity(), 0U);
  none.insert(token_of(1), facts_of(token_of(1)), kNow);
  EXPECT_FALSE(none.find(token_of(1), kNow));
}

TEST_F(TokenCacheTest, ReadersAndWritersNeverSeeAMixture) {
  // More tokens than slots, so that every slot keeps changing.
  const std::size_t tokens = 3 * cache_.capacity();
  std::atomic<std::size_t> found{0};
  std::atomic<std::size_t> wrong{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      std::uint64_t state = number + 1;
      while (!done) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const std::string token = token_of((state >> 33) % tokens);
        const auto now = kNow + static_cast<std::int64_t>(state >> 60);
        if (const std::optional<CachedToken> known = cache_.find(token, now)) {
          ++found;
          if (*known != facts_of(token)) ++wrong;
        } else {
          cache_.insert(token, facts_of(token), now);
        }
      }
    });
  }
  EXPECT_TRUE(test::wait_until([&] { return found > 20'000 || wrong > 0; }));
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

TEST_F(TokenCacheTest, AProcessKilledWithinAnInsertLeavesNoHalfTokenAndNoLock) {
  const std::size_t tokens = 4 * cache_.capacity();
  for (int round = 0; round < 30; ++round) {
    end(start_writer());
    for (std::size_t i = 0; i < tokens; ++i) {
      const std::optional<CachedToken> known = cache_.find(token_of(i), kNow);
      ASSERT_TRUE(!known || *known == facts_of(token_of(i))) << i;
    }
  }
  // Every slot can be written again.
  for (std::size_t i = 0; i < 20 * tokens; ++i)
    insert(token_of(i % tokens), kNow + 1'000'000'000 + static_cast<std::int64_t>(i));
  std::size_t held = 0;
  for (std::size_t i = 0; i < tokens; ++i) held += holds(token_of(i)) ? 1 : 0;
  EXPECT_EQ(held, cache_.capacity());
}

TEST_F(TokenCacheTest, AProcessStoppedWithinAnInsertCostsNoMoreThanItsSlot) {
  const pid_t child = start_writer();
  kill(child, SIGSTOP);
  for (std::size_t i = 0; i < cache_.capacity(); ++i) {
    const std::string token = token_of(1'000'000 + i);
    const auto now = kNow + 1'000'000'000 + static_cast<std::int64_t>(2 * i);
    insert(token, now);
    insert(token, now + 1);  // in another slot, if the first was taken
    EXPECT_TRUE(holds(token)) << i;
  }
  end(child);
}

}  // namespace
}  // namespace gatehouse::gate
