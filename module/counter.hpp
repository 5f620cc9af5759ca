// A number in shared memory that every worker adds to at each request. Each process adds to a line of its
// own, or shares it with few: one line for all would travel between the cores.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gatehouse::gate {

class Counter {
 public:
  void add() {
    static const std::size_t own = static_cast<std::size_t>(getpid()) % kLines;
    lines_[own].count.fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t value() const {
    std::uint64_t sum = 0;
    for (const Line& line : lines_) sum += line.count.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kLines = 8;
  struct alignas(64) Line {
    std::atomic<std::uint64_t> count{0};
  };
  Line lines_[kLines];
};

}  // namespace gatehouse::gate
