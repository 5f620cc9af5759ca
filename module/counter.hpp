// Numbers in shared memory that every worker adds to at each request. Each process adds to lines of its own,
// or shares them with few: one line for all would travel between the cores.
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gatehouse::gate {

template <std::size_t kCount>
class Counters {
 public:
  void add(std::size_t which) {
    static const std::size_t own = static_cast<std::size_t>(getpid()) % kProcesses;
    lines_[own].counts[which].fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t value(std::size_t which) const {
    std::uint64_t sum = 0;
    for (const Lines& lines : lines_) sum += lines.counts[which].load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kProcesses = 8;
  struct alignas(64) Lines {
    std::array<std::atomic<std::uint64_t>, kCount> counts{};
  };
  std::array<Lines, kProcesses> lines_{};
};

class Counter {
 public:
  void add() { counters_.add(0); }
  std::uint64_t value() const { return counters_.value(0); }

 private:
  Counters<1> counters_;
};

}  // namespace gatehouse::gate
