// The blocks as every worker reads them: a hash table in shared memory with lock-free readers and one writer.
// Keys are 128-bit keyed hashes of the text after "gatehouse:block:", so an entry has one size and nobody can
// aim at a slot.
//
//   BlockTable table(slots, count, size);
//   table.find(hash_block(key, "device:0192…"), now)      // any process
//   table.put(hash_block(key, "device:0192…"), block)     // the holder of the writers' lock
//
// Open addressing with linear probing. An entry is removed by moving back those that its place would cut off,
// so that no tombstones pile up (with them a table of this load is full of tombstones after a few million
// changes). Each slot counts its changes (a seqlock); a reader that misses looks again if the count of the
// key's home slot has moved, since whoever moves an entry bumps that one before the old place goes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::gate {

// Milliseconds of CLOCK_MONOTONIC.
using Monotonic = std::int64_t;

using HashKey = std::array<unsigned char, 16>;

struct BlockKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const BlockKey&) const = default;
};

// Of what cannot be blocked. A hash that happens to be this one is as likely as any other: never.
inline constexpr BlockKey kNoBlockKey{};

BlockKey hash_block(const HashKey& key, std::string_view text);

struct Block {
  static constexpr Monotonic kNever = INT64_MAX;

  Monotonic expires_at = kNever;
  std::int64_t before = 0;   // unix seconds: ends the tokens issued up to then; 0: all
  bool provisional = false;  // see Standing::kProvisional
  std::uint8_t tag = 0;      // of the synchronization that saw it last
};

struct BlockSlot {
  std::atomic<std::uint64_t> key_low;
  std::atomic<std::uint64_t> key_high;
  std::atomic<std::int64_t> expires_at;
  std::atomic<std::uint64_t> meta;
};
static_assert(sizeof(BlockSlot) == 32 && std::atomic<std::uint64_t>::is_always_lock_free);

class BlockTable {
 public:
  enum class Standing {
    kAbsent,
    kBlocked,      // for the tokens issued up to `before`, or all if that is 0
    kProvisional,  // pushed, but not read yet
    kDoubtful,     // a slot would not hold still: its writer was stopped or died within a change
  };
  struct Found {
    Standing standing;
    std::int64_t before = 0;
  };

  // `slots` are zeroed or hold a table already; `size` counts its entries and lies beside them.
  BlockTable(BlockSlot* slots, std::size_t count, std::atomic<std::uint64_t>& size)
      : slots_(slots), count_(count), size_(size) {}

  // At most this many entries, so that probes stay short: about 53 bytes each.
  std::size_t capacity() const { return count_ / 5 * 3; }
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // For any number of readers beside the writer.
  Found find(const BlockKey& key, Monotonic now) const;
  // Fetches what find() will look at, so that several keys do not wait for memory in turn.
  void prefetch(const BlockKey& key) const { __builtin_prefetch(slots_ + home_of(key)); }

  // For the one writer.
  // Inserts or replaces; false if the table is full.
  bool put(const BlockKey& key, const Block& block);
  void remove(const BlockKey& key);
  // Removes what bears another tag than `tag`, and slots that a writer left half-written, looking at no more
  // than `limit` slots; true once the whole table has been seen since start_sweep(). Changes in between are
  // allowed.
  void start_sweep() { sweep_position_ = 0; }
  bool sweep(std::uint8_t tag, std::size_t limit);
  // After a writer died within a change.
  void recount();
  // Puts the other table's entries into this one, whose keys are hashed alike; false if one did not fit or
  // was half-written.
  bool copy(const BlockTable& other);

 private:
  struct Slot {
    BlockKey key;
    Monotonic expires_at;
    std::uint64_t meta;
  };

  std::size_t home_of(const BlockKey& key) const;
  std::size_t next(std::size_t position) const { return position + 1 == count_ ? 0 : position + 1; }
  // std::nullopt: it kept changing.
  std::optional<Slot> read(std::size_t position) const;
  Slot own_view(std::size_t position) const;
  std::optional<std::size_t> position_of(const BlockKey& key) const;
  void write(std::size_t position, const Slot& content);
  bool put(const Slot& content);
  void erase(std::size_t position);

  BlockSlot* slots_;
  std::size_t count_;
  std::atomic<std::uint64_t>& size_;
  std::size_t sweep_position_ = 0;
};

}  // namespace gatehouse::gate
