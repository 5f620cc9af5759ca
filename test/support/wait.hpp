// Waiting for what happens elsewhere, with a deadline instead of a guess.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace gatehouse::test {

inline constexpr std::chrono::seconds kDeadline{10};

// Whether `condition` became true before the deadline.
inline bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds within = kDeadline) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // between two looks, not instead of one
  }
  return true;
}

}  // namespace gatehouse::test
