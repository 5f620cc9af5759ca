#include "module/shared.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <new>
#include <stdexcept>

#include "contract/keys.hpp"
#include "module/robust_mutex.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kHeaderSize = (sizeof(Shared) + kCacheLine - 1) / kCacheLine * kCacheLine;
constexpr std::size_t kSlotsInCacheLine = kCacheLine / sizeof(BlockSlot);

}  // namespace

Monotonic monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<Monotonic>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

Shared* Shared::lay_out(void* memory, std::size_t size, std::size_t cache_size, Random& random) {
  if (size < kMinSize || cache_size > size / 4 * 3) throw std::runtime_error("the zone is too small");
  const std::size_t slot_count =
      (size - kHeaderSize - cache_size) / kCacheLine * kSlotsInCacheLine;  // the cache begins a line, too
  auto* shared = new (memory) Shared(slot_count, cache_size, random);
  std::memset(shared->cache(), 0, cache_size);
  auto* slots = new (shared->slots()) BlockSlot[slot_count];
  for (std::size_t i = 0; i < slot_count; ++i) slots[i].meta.store(0, std::memory_order_relaxed);
  return shared;
}

Shared::Shared(std::size_t slot_count, std::size_t cache_size, Random& random)
    : slot_count_(slot_count), cache_size_(cache_size) {
  random.fill(hash_key_.data(), hash_key_.size());
  random.fill(cache_key_.data(), cache_key_.size());
  init_robust_mutex(writers_);
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

WriterLock::WriterLock(Shared& shared) : shared_(shared) {
  if (lock_robust_mutex(shared.writers_)) shared.blocks().recount();
}

WriterLock::~WriterLock() {
  pthread_mutex_unlock(&shared_.writers_);
}

}  // namespace gatehouse::gate
