// What lies in the zone: written by the link, read by every worker without a lock. The memory is laid out
// once and outlives reloads, helper processes and their crashes, so nothing in it points anywhere.
//
//   Shared* shared = Shared::lay_out(memory, size, shares, random);         // the master, once
//   shared->blocks().find(…); shared->tokens().find(…);                     // a worker
//   WriterLock lock(*shared); shared->blocks().put(…);                      // the link's thread
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/random.hpp"
#include "module/block_table.hpp"
#include "module/counter.hpp"
#include "module/event_ring.hpp"
#include "module/network_lengths.hpp"
#include "module/status.hpp"
#include "module/token_cache.hpp"

namespace gatehouse::gate {

// CLOCK_MONOTONIC is one clock for all processes of a machine.
Monotonic monotonic_now();

// Bytes of a zone that are for something else than blocks.
struct ZoneShares {
  std::size_t cache = 0;   // verified tokens
  std::size_t events = 0;  // on their way to Redis

  // Unless told otherwise; the rest of a zone of this size holds a block for 72 bytes.
  static constexpr ZoneShares of(std::size_t size) { return {.cache = size / 16 * 3, .events = size / 16}; }

  bool operator==(const ZoneShares&) const = default;
};

class Shared {
 public:
  // Room for about 900 blocks, and without cache and events for 1200.
  static constexpr std::size_t kMinSize = 64 * 1024;

  // Throws std::runtime_error if a process-shared mutex cannot be had. `memory` is aligned to a page.
  static Shared* lay_out(void* memory, std::size_t size, const ZoneShares& shares, Random& random);

  const ZoneShares& shares() const { return shares_; }
  // Hexadecimal, unlike that of any other zone that ever was.
  std::string name() const;

  TokenCache tokens() { return TokenCache(cache(), shares_.cache, cache_key_); }
  EventRing events() { return EventRing(events_memory()); }
  void* events_memory();
  BlockTable blocks() { return BlockTable(slots(), slot_count_, block_count_); }
  BlockKey key_of(std::string_view block_text) const { return hash_block(hash_key_, block_text); }
  BlockKey key_of(const IpNetwork& network) const;

  // Takes in what another zone holds, which stays as it is. For a zone that nobody uses yet.
  void copy(Shared& other);

  // A complete and valid set has been held since the zone was made.
  std::atomic<bool> complete{false};
  // When the last proof of a living link was sent, while a complete and valid set was held.
  std::atomic<Monotonic> confirmed_at{0};
  // Blocks did not fit: until a synchronization fits, no token can be known to be free of them.
  std::atomic<bool> overflow{false};
  // Counts the writers; who holds an older number has been taken over from and stops.
  std::atomic<std::uint64_t> generation{0};
  // The highest epoch of a valid "gatehouse:ready" so far; older ones come from a restored snapshot.
  std::atomic<std::int64_t> epoch{0};
  // The keys that the server had thrown away in its life when that epoch's set was read.
  std::atomic<std::int64_t> evicted{0};
  // The tag of the last synchronization that began.
  std::atomic<std::uint8_t> tag{0};
  // No blocked network has a length that is not among them.
  NetworkLengths network_lengths;
  // Counts the blocks that were put into the table.
  std::atomic<std::uint64_t> changes{0};
  // Counts those that found no room.
  std::atomic<std::uint64_t> dropped{0};
  // How long the last message took from Redis to the link, in milliseconds.
  std::atomic<Monotonic> lag{0};
  // Verdicts, those that were not enforced, and requests that were closed while they ran.
  Counters<kVerdicts> verdicts;
  Counter spared;
  Counter closed;
  // Tokens that were found in the cache, and those that were not.
  Counter cache_hits;
  Counter cache_misses;

 private:
  friend class WriterLock;
  friend class EventLock;
  Shared(std::size_t slot_count, const ZoneShares& shares, Random& random);
  BlockSlot* slots();
  void* cache();

  HashKey hash_key_;
  HashKey cache_key_;
  std::array<unsigned char, 8> name_;
  pthread_mutex_t writers_;
  pthread_mutex_t event_readers_;
  std::atomic<std::uint64_t> block_count_{0};
  std::size_t slot_count_;
  ZoneShares shares_;
};

// Excludes other writers: the old and the new helper process during a reload. Readers never wait for it. A
// writer that died within leaves a table that stays on the safe side until the next synchronization.
class WriterLock {
 public:
  explicit WriterLock(Shared& shared);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  Shared& shared_;
};

// Keeps other readers of the ring of events away, if it is had: they are not waited for.
class EventLock {
 public:
  explicit EventLock(Shared& shared);
  ~EventLock();
  EventLock(const EventLock&) = delete;
  EventLock& operator=(const EventLock&) = delete;

  explicit operator bool() const { return held_; }

 private:
  Shared& shared_;
  const bool held_;
};

}  // namespace gatehouse::gate
