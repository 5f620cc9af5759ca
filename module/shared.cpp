#include "module/shared.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <new>
#include <stdexcept>

#include "base/hex.hpp"
#include "contract/keys.hpp"
#include "module/robust_mutex.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::size_t kCacheLine = 64;

constexpr std::size_t whole_lines(std::size_t size) {
  return (size + kCacheLine - 1) / kCacheLine * kCacheLine;
}

constexpr std::size_t kHeaderSize = whole_lines(sizeof(Shared));
constexpr std::size_t kSlotsInCacheLine = kCacheLine / sizeof(BlockSlot);

}  // namespace

Monotonic monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<Monotonic>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

Shared* Shared::lay_out(void* memory, std::size_t size, const ZoneShares& shares, Random& random) {
  if (size < kMinSize || shares.cache + shares.events > size / 4 * 3)
    throw std::runtime_error("the zone is too small");
  const std::size_t ring_size = std::max(shares.events, EventRing::kMinSize);
  // Each part begins a line.
  const std::size_t taken = kHeaderSize + whole_lines(shares.cache) + whole_lines(ring_size);
  const std::size_t slot_count = (size - taken) / kCacheLine * kSlotsInCacheLine;
  auto* shared = new (memory) Shared(slot_count, shares, random);
  std::memset(shared->cache(), 0, shares.cache);
  EventRing::lay_out(shared->events_memory(), ring_size);
  auto* slots = new (shared->slots()) BlockSlot[slot_count];
  for (std::size_t i = 0; i < slot_count; ++i) slots[i].meta.store(0, std::memory_order_relaxed);
  return shared;
}

Shared::Shared(std::size_t slot_count, const ZoneShares& shares, Random& random)
    : slot_count_(slot_count), shares_(shares) {
  random.fill(hash_key_.data(), hash_key_.size());
  random.fill(cache_key_.data(), cache_key_.size());
  random.fill(name_.data(), name_.size());
  init_robust_mutex(writers_);
  init_robust_mutex(event_readers_);
}

std::string Shared::name() const {
  return to_hex({reinterpret_cast<const char*>(name_.data()), name_.size()});
}

// In binary, which is shorter than text and needs no formatting; no other key begins with "ip:".
BlockKey Shared::key_of(const IpNetwork& network) const {
  const std::array<std::uint8_t, 16>& bytes = network.first().bytes();
  std::array<char, contract::kIp.size() + 3 + sizeof bytes> text{};
  auto* end = std::copy(contract::kIp.begin(), contract::kIp.end(), text.begin());
  *end++ = ':';
  *end++ = network.first().is_v6() ? '6' : '4';
  *end++ = static_cast<char>(network.prefix());
  std::copy(bytes.begin(), bytes.end(), end);
  return key_of(std::string_view(text.data(), text.size()));
}

void Shared::copy(Shared& other) {
  const WriterLock lock(other);
  hash_key_ = other.hash_key_;
  overflow.store(!blocks().copy(other.blocks()) || other.overflow.load());
  network_lengths.assign(other.network_lengths);
  tag.store(other.tag.load());
  epoch.store(other.epoch.load());
  evicted.store(other.evicted.load());
  confirmed_at.store(other.confirmed_at.load());
  complete.store(other.complete.load());
}

BlockSlot* Shared::slots() {
  return reinterpret_cast<BlockSlot*>(reinterpret_cast<unsigned char*>(this) + kHeaderSize);
}

void* Shared::cache() {
  return slots() + slot_count_;
}

void* Shared::events_memory() {
  return static_cast<unsigned char*>(cache()) + whole_lines(shares_.cache);
}

WriterLock::WriterLock(Shared& shared) : shared_(shared) {
  if (lock_robust_mutex(shared.writers_)) shared.blocks().recount();
}

WriterLock::~WriterLock() {
  pthread_mutex_unlock(&shared_.writers_);
}

EventLock::EventLock(Shared& shared) : shared_(shared), held_(try_lock_robust_mutex(shared.event_readers_)) {}

EventLock::~EventLock() {
  if (held_) pthread_mutex_unlock(&shared_.event_readers_);
}

}  // namespace gatehouse::gate
