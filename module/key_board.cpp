#include "module/key_board.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "module/robust_mutex.hpp"

namespace gatehouse::gate {
namespace {

using Word = std::atomic<std::uint64_t>;

constexpr std::size_t kWordSize = sizeof(std::uint64_t);
constexpr std::size_t kHeaderSize = 4096;
constexpr BlockKey kNobody{};

}  // namespace

// While it is being written its version is odd. One that a dead writer left so is finished by the next.
struct KeyBoard::Entry {
  Word version;
  Word owner_low;
  Word owner_high;
  Word asked;
  Word size;
  Word unused[3];
  Word text[kMaxText / kWordSize];

  bool belongs_to(const BlockKey& owner) const {
    return owner_low.load(std::memory_order_acquire) == owner.low &&
           owner_high.load(std::memory_order_acquire) == owner.high;
  }
  bool is_whole() const { return version.load(std::memory_order_relaxed) % 2 == 0; }
  std::string copy() const;
  void write(const BlockKey& owner, std::string_view content);
};

class KeyBoard::Lock {
 public:
  explicit Lock(KeyBoard& board) : mutex_(board.writers_) { (void)lock_robust_mutex(mutex_); }
  ~Lock() { pthread_mutex_unlock(&mutex_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  pthread_mutex_t& mutex_;
};

std::string KeyBoard::Entry::copy() const {
  std::string content(std::min<std::uint64_t>(size.load(std::memory_order_acquire), kMaxText), '\0');
  for (std::size_t at = 0; at < content.size(); at += kWordSize) {
    const std::uint64_t word = text[at / kWordSize].load(std::memory_order_acquire);
    std::memcpy(content.data() + at, &word, std::min(kWordSize, content.size() - at));
  }
  return content;
}

void KeyBoard::Entry::write(const BlockKey& owner, std::string_view content) {
  const std::uint64_t changing = version.load(std::memory_order_relaxed) | 1;
  version.store(changing, std::memory_order_relaxed);
  owner_low.store(owner.low, std::memory_order_release);
  owner_high.store(owner.high, std::memory_order_release);
  size.store(content.size(), std::memory_order_release);
  for (std::size_t at = 0; at < content.size(); at += kWordSize) {
    std::uint64_t word = 0;
    std::memcpy(&word, content.data() + at, std::min(kWordSize, content.size() - at));
    text[at / kWordSize].store(word, std::memory_order_release);
  }
  version.store(changing + 1, std::memory_order_release);
}

std::size_t KeyBoard::size() {
  static_assert(sizeof(KeyBoard) <= kHeaderSize && sizeof(Entry) == 64 * 1024);
  return kHeaderSize + kPlaces * sizeof(Entry);
}

KeyBoard* KeyBoard::lay_out(void* memory) {
  return new (memory) KeyBoard;
}

KeyBoard::KeyBoard() {
  init_robust_mutex(writers_);
}

const KeyBoard::Entry& KeyBoard::entry(std::size_t index) const {
  return reinterpret_cast<const Entry*>(reinterpret_cast<const unsigned char*>(this) + kHeaderSize)[index];
}
KeyBoard::Entry& KeyBoard::entry(std::size_t index) {
  return const_cast<Entry&>(std::as_const(*this).entry(index));
}

std::optional<std::size_t> KeyBoard::place_of(const BlockKey& owner) const {
  for (std::size_t index = 0; index < kPlaces; ++index)
    if (entry(index).belongs_to(owner)) return index;
  return std::nullopt;
}

void KeyBoard::forget_all_but(std::span<const BlockKey> owners) {
  for (std::size_t index = 0; index < kPlaces; ++index) {
    Entry& place = entry(index);
    if (place.belongs_to(kNobody)) continue;
    if (std::ranges::none_of(owners, [&](const BlockKey& owner) { return place.belongs_to(owner); }))
      place.write(kNobody, {});
  }
}

std::vector<KeyBoard::Place> KeyBoard::assign(std::span<const BlockKey> owners,
                                              std::span<const BlockKey> in_force) {
  const Lock lock(*this);
  forget_all_but(in_force);
  std::vector<Place> places;
  for (const BlockKey& owner : owners) {
    std::optional<std::size_t> index = place_of(owner);
    if (!index) {
      index = place_of(kNobody).value();
      entry(*index).write(owner, {});
    }
    places.push_back({*index, owner});
  }
  return places;
}

std::uint64_t KeyBoard::take_over() {
  const Lock lock(*this);
  return generation_.fetch_add(1) + 1;
}

bool KeyBoard::is_superseded(std::uint64_t generation) const {
  return generation_.load() != generation;
}

bool KeyBoard::publish(const Place& place, std::uint64_t generation, std::string_view text) {
  if (text.size() > kMaxText) return false;
  const Lock lock(*this);
  Entry& target = entry(place.index);
  if (!target.belongs_to(place.owner) || (generation != 0 && is_superseded(generation))) return true;
  if (!target.is_whole() || target.copy() != text) target.write(place.owner, text);
  return true;
}

bool KeyBoard::was_asked(const Place& place) {
  return entry(place.index).asked.exchange(0, std::memory_order_relaxed) != 0;
}

std::optional<KeyBoard::Change> KeyBoard::newer_than(const Place& place, std::uint64_t version) const {
  const Entry& source = entry(place.index);
  const std::uint64_t before = source.version.load(std::memory_order_acquire);
  if (before == version || before % 2 != 0 || !source.belongs_to(place.owner)) return std::nullopt;
  Change change{before, source.copy()};
  if (source.version.load(std::memory_order_acquire) != before || change.text.empty()) return std::nullopt;
  return change;
}

void KeyBoard::ask(const Place& place) {
  entry(place.index).asked.store(1, std::memory_order_relaxed);
}

}  // namespace gatehouse::gate
