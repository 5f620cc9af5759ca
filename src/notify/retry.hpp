// When a mail that could not be sent is tried again.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/random.hpp"
#include "base/time.hpp"

namespace gatehouse::notify {

inline constexpr std::chrono::milliseconds kFirstPause = std::chrono::seconds(10);
inline constexpr std::chrono::milliseconds kLongestPause = std::chrono::hours(1);

// After `tries` failed ones, of at most `most`: each pause is twice as long, less a random part of up to a
// quarter, so that what has failed together is not tried together. Nothing: it was tried often enough.
inline std::optional<Time> next_try(int tries, int most, Time now, Random& random) {
  if (tries >= most) return std::nullopt;
  const int doublings = std::min(tries - 1, 16);
  const std::chrono::milliseconds pause = std::min(kFirstPause * (1 << doublings), kLongestPause);
  const auto quarter = static_cast<unsigned>(pause.count() / 4);
  return now + pause - std::chrono::milliseconds(uniform(random, quarter + 1));
}

}  // namespace gatehouse::notify
