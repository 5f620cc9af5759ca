// Tokens that were verified lately, so that the next request with the same one needs no signature checked. A
// set-associative table in shared memory: any process reads and writes, nobody waits.
//
//   TokenCache cache(memory, size, key);
//   std::optional<CachedToken> known = cache.find(token, now);     // the very bytes of a verified token
//   if (!known) cache.insert(token, facts, now);                   // after its signature was found good
//
// A token is found by the hash of its last bytes and then compared byte for byte: that costs a tenth of a
// digest and needs no argument about collisions. Only verified tokens enter, so that nobody without an
// account can push others out. A slot has a lock word, its version and the process that is writing it: a
// reader that finds it written or changed takes it for a miss, a writer for occupied unless that process is
// dead.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "jose/claims.hpp"
#include "module/block_table.hpp"

namespace gatehouse::gate {

// What a decision needs of a verified token, without its claims.
struct CachedToken {
  // Which issuer vouched for it, by which policy and with which key: see Trusted.
  BlockKey voucher;
  jose::Times times;
  // What the blocks that name it are found by; kNoBlockKey for what it does not have.
  BlockKey device = kNoBlockKey;
  BlockKey session = kNoBlockKey;
  BlockKey user = kNoBlockKey;
  BlockKey token = kNoBlockKey;

  bool operator==(const CachedToken&) const = default;
};

class TokenCache {
 public:
  static constexpr std::size_t kSlotSize = 2048;
  // Longer tokens are verified each time.
  static constexpr std::size_t kMaxTokenSize = kSlotSize - 2 * sizeof(std::uint64_t) - sizeof(CachedToken);

  // `memory` is aligned to a cache line, and zeroed or holds a cache already. What `size` has no room for is
  // not cached; that can be everything. `key` is secret, so that nobody can aim at a set.
  TokenCache(void* memory, std::size_t size, const HashKey& key);

  std::size_t capacity() const { return set_count_ * kWays; }

  // `now`, in unix seconds, is remembered as the last use.
  std::optional<CachedToken> find(std::string_view token, std::int64_t now) const;
  // Replaces the least recently used token of its set. Without effect if that has no slot to spare now.
  void insert(std::string_view token, const CachedToken& facts, std::int64_t now);

 private:
  static constexpr std::size_t kWays = 8;

  struct Set;
  struct Slot;
  struct Place;

  Place place_of(std::string_view token) const;
  std::size_t victim(const Set& set, std::uint64_t tag) const;

  Set* sets_;
  Slot* slots_;
  std::size_t set_count_;
  HashKey key_;
};

}  // namespace gatehouse::gate
