#include "module/event_ring.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace gatehouse::gate {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::uint64_t kOutOfUse = UINT64_MAX;

constexpr std::uint64_t free_for(std::uint64_t position) {
  return position * 2;
}
constexpr std::uint64_t holds(std::uint64_t position) {
  return position * 2 + 1;
}

}  // namespace

struct EventRing::Head {
  alignas(kCacheLine) std::atomic<std::uint64_t> next{0};  // the position to be claimed next
  alignas(kCacheLine) std::atomic<std::uint64_t> oldest{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> dropped{0};
  std::uint64_t capacity = 0;
};

struct EventRing::Slot {
  std::atomic<std::uint64_t> state;
  std::uint64_t size;
  char bytes[kMaxRecordSize];
};

void EventRing::lay_out(void* memory, std::size_t size) {
  static_assert(sizeof(Slot) == kSlotSize && sizeof(Head) <= kMinSize);
  auto* head = new (memory) Head;
  head->capacity = (size - sizeof(Head)) / kSlotSize;
  auto* slots = reinterpret_cast<Slot*>(head + 1);
  for (std::uint64_t i = 0; i < head->capacity; ++i) (new (slots + i) Slot)->state.store(free_for(i));
}

EventRing::EventRing(void* memory) : head_(*static_cast<Head*>(memory)) {}

EventRing::Slot& EventRing::slot_of(std::uint64_t position) const {
  return reinterpret_cast<Slot*>(&head_ + 1)[position % head_.capacity];
}

bool EventRing::push(std::string_view record) {
  if (head_.capacity == 0) {
    head_.dropped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  std::uint64_t position = head_.next.load(std::memory_order_relaxed);
  while (true) {
    Slot& slot = slot_of(position);
    const std::uint64_t state = slot.state.load(std::memory_order_acquire);
    const bool usable = state == free_for(position);
    const bool passed_over =
        state == kOutOfUse && position - head_.oldest.load(std::memory_order_acquire) < head_.capacity;
    if (usable || passed_over) {
      if (!head_.next.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) continue;
      if (passed_over) {
        ++position;
        continue;
      }
      slot.size = std::min(record.size(), kMaxRecordSize);
      std::memcpy(slot.bytes, record.data(), slot.size);
      std::uint64_t expected = free_for(position);
      return slot.state.compare_exchange_strong(expected, holds(position), std::memory_order_release,
                                                std::memory_order_relaxed);
    }
    const std::uint64_t next = head_.next.load(std::memory_order_relaxed);
    if (next == position) {  // what was written there a round ago has not been read
      head_.dropped.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    position = next;
  }
}

std::size_t EventRing::capacity() const {
  return head_.capacity;
}

std::uint64_t EventRing::pushed() const {
  return head_.next.load(std::memory_order_relaxed);
}

std::size_t EventRing::waiting() const {
  const std::uint64_t oldest = head_.oldest.load(std::memory_order_relaxed);
  return head_.next.load(std::memory_order_relaxed) - oldest;
}

std::uint64_t EventRing::dropped() const {
  return head_.dropped.load(std::memory_order_relaxed);
}

std::vector<EventReader::Record> EventReader::read(std::size_t limit, Monotonic now) {
  std::vector<Record> records;
  const std::uint64_t end = head_.next.load(std::memory_order_acquire);
  for (std::uint64_t at = head_.oldest.load(std::memory_order_relaxed); at < end && records.size() < limit;
       ++at) {
    const Slot& slot = slot_of(at);
    const std::uint64_t state = slot.state.load(std::memory_order_acquire);
    if (state == holds(at)) {
      records.push_back({at, std::string(slot.bytes, slot.size)});
    } else if (state == free_for(at) && !give_up(at, now)) {
      break;
    } else if (records.empty()) {  // out of use, or a reader died while it gave slots back
      head_.oldest.store(at + 1, std::memory_order_release);
    }
  }
  return records;
}

bool EventReader::give_up(std::uint64_t position, Monotonic now) {
  if (awaited_ != position) {
    awaited_ = position;
    awaited_since_ = now;
  }
  if (now - awaited_since_ < kPatience) return false;
  std::uint64_t expected = free_for(position);
  if (!slot_of(position).state.compare_exchange_strong(expected, kOutOfUse))
    return false;  // finished after all
  head_.dropped.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void EventReader::release(std::uint64_t last) {
  for (std::uint64_t at = head_.oldest.load(std::memory_order_relaxed); at <= last; ++at) {
    std::uint64_t expected = holds(at);
    slot_of(at).state.compare_exchange_strong(expected, free_for(at + head_.capacity),
                                              std::memory_order_release, std::memory_order_relaxed);
    head_.oldest.store(at + 1, std::memory_order_release);
  }
}

}  // namespace gatehouse::gate
