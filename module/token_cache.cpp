#include "module/token_cache.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <type_traits>

namespace gatehouse::gate {
namespace {

using Word = std::atomic<std::uint64_t>;

constexpr std::size_t kWordSize = sizeof(std::uint64_t);
constexpr std::size_t kFactWords = sizeof(CachedToken) / kWordSize;
using FactWords = std::array<std::uint64_t, kFactWords>;
static_assert(std::is_trivially_copyable_v<CachedToken> &&
              std::has_unique_object_representations_v<CachedToken>);

// The index needs as many bytes of a signature; no verified token is shorter.
constexpr std::size_t kHashedSize = 2 * kWordSize;

// The lock word: the version above, the process that is writing below, 0 for none.
constexpr std::uint64_t kWriterMask = 0xffffffff;
constexpr std::uint64_t kVersionOne = kWriterMask + 1;

std::uint64_t word_at(const char* text, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, size);
  return word;
}

std::uint64_t whole_word_at(const char* text) {
  return word_at(text, kWordSize);
}

// Whether the words hold `text`, the last one filled up with zeroes.
bool equal(const Word* words, std::string_view text) {
  std::uint64_t difference = 0;
  std::size_t at = 0;
  for (; at + kWordSize <= text.size(); at += kWordSize)
    difference |= words[at / kWordSize].load(std::memory_order_acquire) ^ whole_word_at(text.data() + at);
  if (at < text.size())
    difference |=
        words[at / kWordSize].load(std::memory_order_acquire) ^ word_at(text.data() + at, text.size() - at);
  return difference == 0;
}

void write(Word* words, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += kWordSize)
    words[at / kWordSize].store(word_at(text.data() + at, std::min(kWordSize, text.size() - at)),
                                std::memory_order_release);
}

bool is_dead(std::uint64_t process) {
  return kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
}

}  // namespace

struct alignas(64) TokenCache::Set {
  std::atomic<std::uint64_t> tags[kWays];     // 0: empty
  std::atomic<std::uint32_t> used_at[kWays];  // unix seconds
};

struct TokenCache::Slot {
  Word lock;
  Word size;
  Word facts[kFactWords];
  Word token[kMaxTokenSize / kWordSize];

  std::optional<CachedToken> read(std::string_view wanted) const;
  // Whether the slot is the caller's to write until unlock(); `version` is that of before.
  bool try_lock(std::uint64_t& version);
  void unlock(std::uint64_t version) { lock.store(version + kVersionOne, std::memory_order_release); }
};

struct TokenCache::Place {
  Set& set;
  Slot* slots;
  std::uint64_t tag;
};

std::optional<CachedToken> TokenCache::Slot::read(std::string_view wanted) const {
  const std::uint64_t before = lock.load(std::memory_order_acquire);
  if ((before & kWriterMask) != 0) return std::nullopt;
  if (size.load(std::memory_order_acquire) != wanted.size() || !equal(token, wanted)) return std::nullopt;
  FactWords words;
  for (std::size_t i = 0; i < kFactWords; ++i) words[i] = facts[i].load(std::memory_order_acquire);
  if (lock.load(std::memory_order_acquire) != before) return std::nullopt;
  return std::bit_cast<CachedToken>(words);
}

bool TokenCache::Slot::try_lock(std::uint64_t& version) {
  std::uint64_t seen = lock.load(std::memory_order_relaxed);
  const std::uint64_t writer = seen & kWriterMask;
  if (writer != 0 && !is_dead(writer)) return false;
  version = seen & ~kWriterMask;
  return lock.compare_exchange_strong(seen, version | static_cast<std::uint64_t>(getpid()),
                                      std::memory_order_acq_rel);
}

TokenCache::TokenCache(void* memory, std::size_t size, const HashKey& key)
    : sets_(static_cast<Set*>(memory)), set_count_(size / (sizeof(Set) + kWays * sizeof(Slot))), key_(key) {
  static_assert(sizeof(Slot) == kSlotSize);
  slots_ = reinterpret_cast<Slot*>(sets_ + set_count_);
}

TokenCache::Place TokenCache::place_of(std::string_view token) const {
  const char* end = token.data() + token.size();
  const std::uint64_t low = whole_word_at(end - kHashedSize);
  const std::uint64_t high = whole_word_at(end - kWordSize);
  const auto* key = reinterpret_cast<const char*>(key_.data());
  const unsigned __int128 product =
      static_cast<unsigned __int128>(low ^ whole_word_at(key)) * (high ^ whole_word_at(key + kWordSize));
  const auto hash = static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
  const auto set = static_cast<std::size_t>(static_cast<unsigned __int128>(hash) * set_count_ >> 64);
  return {sets_[set], slots_ + set * kWays, std::max<std::uint64_t>(hash, 1)};
}

std::optional<CachedToken> TokenCache::find(std::string_view token, std::int64_t now) const {
  if (set_count_ == 0 || token.size() < kHashedSize || token.size() > kMaxTokenSize) return std::nullopt;
  const Place place = place_of(token);
  const auto now_stamp = static_cast<std::uint32_t>(now);
  for (std::size_t way = 0; way < kWays; ++way) {
    if (place.set.tags[way].load(std::memory_order_relaxed) != place.tag) continue;
    const std::optional<CachedToken> found = place.slots[way].read(token);
    if (!found) continue;
    // Only when it changes: a line that all workers write to at each request is slow for all of them.
    std::atomic<std::uint32_t>& used_at = place.set.used_at[way];
    if (used_at.load(std::memory_order_relaxed) != now_stamp)
      used_at.store(now_stamp, std::memory_order_relaxed);
    return found;
  }
  return std::nullopt;
}

// The way of this very token, else an empty one, else the least recently used.
std::size_t TokenCache::victim(const Set& set, std::uint64_t tag) const {
  std::size_t oldest = 0;
  std::uint32_t oldest_used_at = UINT32_MAX;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set.tags[way].load(std::memory_order_relaxed) == tag) return way;
    const std::uint32_t used_at = set.used_at[way].load(std::memory_order_relaxed);
    if (used_at >= oldest_used_at) continue;
    oldest = way;
    oldest_used_at = used_at;
  }
  return oldest;
}

void TokenCache::insert(std::string_view token, const CachedToken& facts, std::int64_t now) {
  if (set_count_ == 0 || token.size() < kHashedSize || token.size() > kMaxTokenSize) return;
  const Place place = place_of(token);
  const std::size_t way = victim(place.set, place.tag);
  Slot& slot = place.slots[way];
  std::uint64_t version = 0;
  if (!slot.try_lock(version)) {
    // Another turn for the others: whoever holds it may be stopped for long.
    place.set.used_at[way].store(static_cast<std::uint32_t>(now), std::memory_order_relaxed);
    return;
  }
  slot.size.store(token.size(), std::memory_order_release);
  const auto words = std::bit_cast<FactWords>(facts);
  for (std::size_t i = 0; i < kFactWords; ++i) slot.facts[i].store(words[i], std::memory_order_release);
  write(slot.token, token);
  place.set.tags[way].store(place.tag, std::memory_order_relaxed);
  place.set.used_at[way].store(static_cast<std::uint32_t>(now), std::memory_order_relaxed);
  slot.unlock(version);
}

}  // namespace gatehouse::gate
