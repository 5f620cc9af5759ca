// When a mail that could not be sent is tried again.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time.hpp"

namespace gatehouse::notify {

inline constexpr std::chrono::seconds kFirstPause{10};
inline constexpr std::chrono::hours kLongestPause{1};
inline constexpr std::chrono::hours kPatience{24};

// After `tries` failed ones before this, each pause twice as long; nothing: it has waited long enough.
inline std::optional<Time> next_try(int tries, Time created_at, Time now) {
  if (now - created_at >= kPatience) return std::nullopt;
  const int doublings = std::min(tries, 16);
  return now + std::min<std::chrono::seconds>(kFirstPause * (1 << doublings), kLongestPause);
}

}  // namespace gatehouse::notify
