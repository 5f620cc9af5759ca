#include "module/block_table.hpp"

#include <sodium/crypto_shorthash_siphash24.h>

#include <algorithm>
#include <cstring>

namespace gatehouse::gate {
namespace {

// meta, from the top: 36 bits `before`, 8 bits tag, 12 bits count of changes, 6 unused, provisional, used.
// While a slot is being written the count is odd.
constexpr std::uint64_t kUsed = 1;
constexpr std::uint64_t kProvisional = 2;
constexpr unsigned kCountShift = 8;
constexpr std::uint64_t kCountMask = 0xfffull << kCountShift;
constexpr std::uint64_t kCountOne = 1ull << kCountShift;
constexpr unsigned kTagShift = 20;
constexpr unsigned kBeforeShift = 28;
constexpr std::int64_t kMaxBefore = (std::int64_t{1} << 36) - 1;

// A write takes nanoseconds; whoever still finds a slot odd after this many looks has met a writer that was
// stopped or died.
constexpr int kLooksAtSlot = 256;
constexpr int kSearches = 16;

bool is_odd(std::uint64_t meta) {
  return (meta & kCountOne) != 0;
}

std::uint64_t with_count(std::uint64_t meta, std::uint64_t count) {
  return (meta & ~kCountMask) | (count & kCountMask);
}

std::uint64_t meta_of(const Block& block) {
  // A moment that does not fit would end fewer tokens than meant: it ends all.
  const std::int64_t before = block.before > 0 && block.before <= kMaxBefore ? block.before : 0;
  return kUsed | (block.provisional ? kProvisional : 0) | static_cast<std::uint64_t>(block.tag) << kTagShift |
         static_cast<std::uint64_t>(before) << kBeforeShift;
}

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

BlockKey hash_block(const HashKey& key, std::string_view text) {
  unsigned char out[crypto_shorthash_siphashx24_BYTES];
  crypto_shorthash_siphashx24(out, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                              key.data());
  BlockKey hash;
  std::memcpy(&hash.low, out, sizeof hash.low);
  std::memcpy(&hash.high, out + sizeof hash.low, sizeof hash.high);
  return hash;
}

std::size_t BlockTable::home_of(const BlockKey& key) const {
  return static_cast<std::size_t>(static_cast<unsigned __int128>(key.high) * count_ >> 64);
}

std::optional<BlockTable::Slot> BlockTable::read(std::size_t position) const {
  const BlockSlot& slot = slots_[position];
  for (int look = 0; look < kLooksAtSlot; ++look) {
    const std::uint64_t meta = slot.meta.load(std::memory_order_acquire);
    if (!is_odd(meta)) {
      const Slot view{
          {slot.key_low.load(std::memory_order_acquire), slot.key_high.load(std::memory_order_acquire)},
          slot.expires_at.load(std::memory_order_acquire),
          meta};
      if (slot.meta.load(std::memory_order_acquire) == meta) return view;
    }
    pause();
  }
  return std::nullopt;
}

BlockTable::Found BlockTable::find(const BlockKey& key, Monotonic now) const {
  const std::size_t home = home_of(key);
  for (int search = 0; search < kSearches; ++search) {
    const std::uint64_t home_meta = slots_[home].meta.load(std::memory_order_acquire);
    std::size_t position = home;
    for (;;) {
      const std::optional<Slot> slot = read(position);
      if (!slot) return {Standing::kDoubtful};
      if ((slot->meta & kUsed) == 0) break;
      if (slot->key == key) {
        if (slot->expires_at <= now) return {Standing::kAbsent};
        if ((slot->meta & kProvisional) != 0) return {Standing::kProvisional};
        return {Standing::kBlocked, static_cast<std::int64_t>(slot->meta >> kBeforeShift)};
      }
      position = next(position);
    }
    if (slots_[home].meta.load(std::memory_order_acquire) == home_meta) return {Standing::kAbsent};
  }
  return {Standing::kDoubtful};
}

BlockTable::Slot BlockTable::own_view(std::size_t position) const {
  const BlockSlot& slot = slots_[position];
  return {{slot.key_low.load(std::memory_order_relaxed), slot.key_high.load(std::memory_order_relaxed)},
          slot.expires_at.load(std::memory_order_relaxed),
          slot.meta.load(std::memory_order_relaxed)};
}

std::optional<std::size_t> BlockTable::position_of(const BlockKey& key) const {
  for (std::size_t position = home_of(key);; position = next(position)) {
    const Slot slot = own_view(position);
    if (is_odd(slot.meta)) continue;
    if ((slot.meta & kUsed) == 0) return std::nullopt;
    if (slot.key == key) return position;
  }
}

void BlockTable::write(std::size_t position, const Slot& content) {
  BlockSlot& slot = slots_[position];
  const std::uint64_t count = slot.meta.load(std::memory_order_relaxed) & kCountMask;
  // What has begun stays used, so that a reader neither ends its search here nor takes it for an entry.
  slot.meta.store(with_count(kUsed, count | kCountOne), std::memory_order_relaxed);
  slot.key_low.store(content.key.low, std::memory_order_release);
  slot.key_high.store(content.key.high, std::memory_order_release);
  slot.expires_at.store(content.expires_at, std::memory_order_release);
  slot.meta.store(with_count(content.meta, (count | kCountOne) + kCountOne), std::memory_order_release);
}

bool BlockTable::put(const BlockKey& key, const Block& block) {
  return put({key, block.expires_at, meta_of(block)});
}

bool BlockTable::put(const Slot& content) {
  for (std::size_t position = home_of(content.key);; position = next(position)) {
    const Slot slot = own_view(position);
    if (is_odd(slot.meta)) continue;
    if ((slot.meta & kUsed) == 0) {
      if (size() >= capacity()) return false;
      write(position, content);
      size_.fetch_add(1, std::memory_order_relaxed);
      return true;
    }
    if (slot.key == content.key) {
      write(position, content);
      return true;
    }
  }
}

void BlockTable::remove(const BlockKey& key) {
  if (const std::optional<std::size_t> position = position_of(key)) erase(*position);
}

// Backward shift: the hole takes the next entry whose home does not lie behind it, and so on; the last hole
// becomes empty.
void BlockTable::erase(std::size_t position) {
  const auto distance = [this](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + count_ - from;
  };
  std::size_t hole = position;
  for (std::size_t candidate = next(hole);; candidate = next(candidate)) {
    const Slot slot = own_view(candidate);
    if (is_odd(slot.meta)) continue;
    if ((slot.meta & kUsed) == 0) break;
    const std::size_t home = home_of(slot.key);
    if (distance(home, candidate) < distance(hole, candidate)) continue;
    write(hole, slot);
    if (home != hole) {
      BlockSlot& home_slot = slots_[home];
      const std::uint64_t meta = home_slot.meta.load(std::memory_order_relaxed);
      home_slot.meta.store(with_count(meta, meta + 2 * kCountOne), std::memory_order_release);
    }
    if (hole < sweep_position_ && candidate >= sweep_position_) sweep_position_ = hole;
    hole = candidate;
  }
  BlockSlot& slot = slots_[hole];
  const std::uint64_t meta = slot.meta.load(std::memory_order_relaxed);
  slot.meta.store(with_count(0, (meta | kCountOne) + kCountOne), std::memory_order_release);
  size_.fetch_sub(1, std::memory_order_relaxed);
}

bool BlockTable::sweep(std::uint8_t tag, std::size_t limit) {
  for (std::size_t looked = 0; looked < limit && sweep_position_ < count_; ++looked) {
    const Slot slot = own_view(sweep_position_);
    const bool stale = (slot.meta & kUsed) != 0 &&
                       (is_odd(slot.meta) || static_cast<std::uint8_t>(slot.meta >> kTagShift) != tag);
    if (stale) {
      erase(sweep_position_);  // which may have filled this place again
    } else {
      ++sweep_position_;
    }
  }
  return sweep_position_ >= count_;
}

void BlockTable::recount() {
  std::uint64_t used = 0;
  for (std::size_t position = 0; position < count_; ++position) {
    used += own_view(position).meta & kUsed;
  }
  size_.store(used, std::memory_order_relaxed);
}

bool BlockTable::copy(const BlockTable& other) {
  bool whole = true;
  for (std::size_t position = 0; position < other.count_; ++position) {
    const Slot slot = other.own_view(position);
    if ((slot.meta & kUsed) != 0) whole = !is_odd(slot.meta) && put(slot) && whole;
  }
  return whole;
}

}  // namespace gatehouse::gate
