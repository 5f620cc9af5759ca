// When the keys of a url are fetched: before they are needed, sooner if a token names a key that is not
// there, and seldom enough that nobody can make the gate ask its issuer all the time. Times are of any clock
// that only goes forward.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace gatehouse::gate {

class KeySchedule {
 public:
  using Seconds = std::chrono::duration<double>;

  // Between two fetches that unknown keys ask for; a server's Cache-Control asks for no shorter time either.
  static constexpr Seconds kLeastInterval{10};
  static constexpr Seconds kFirstRetry{1};
  static constexpr Seconds kLastRetry{60};

  // `refresh` is the longest time between two fetches.
  explicit KeySchedule(Seconds refresh) : refresh_(refresh) {}

  bool is_due(Seconds now) const { return now >= next_; }

  // `max_age` is what the server said.
  void succeeded(Seconds now, std::optional<Seconds> max_age) {
    const Seconds life = std::clamp(max_age.value_or(refresh_), least_interval(), refresh_);
    retry_ = kFirstRetry;
    last_ = now;
    next_ = now + life * kFractionOfLife;
  }
  void failed(Seconds now) {
    last_ = now;
    next_ = now + std::min(retry_, refresh_);
    retry_ = std::min(2 * retry_, kLastRetry);
  }
  // A token names a key that is not in the set.
  void key_is_unknown() { next_ = std::min(next_, last_ + least_interval()); }

 private:
  static constexpr double kFractionOfLife = 0.75;

  Seconds least_interval() const { return std::min(kLeastInterval, refresh_); }

  Seconds refresh_;
  Seconds retry_ = kFirstRetry;
  Seconds last_{0};
  Seconds next_{0};
};

}  // namespace gatehouse::gate
