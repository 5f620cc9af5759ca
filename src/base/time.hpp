// Points in time as the whole of Gatehouse passes them: UTC, microseconds, as PostgreSQL keeps them.
// Time is an argument; the daemon's one clock is PostgreSQL's (see store/transaction.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gatehouse {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

constexpr std::int64_t unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
constexpr std::int64_t unix_milliseconds(Time time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}
constexpr Time from_unix_seconds(std::int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}
constexpr Time from_unix_microseconds(std::int64_t microseconds) {
  return Time(Duration(microseconds));
}

// RFC 3339 with milliseconds, such as 2026-11-20T13:05:10.250Z.
std::string rfc3339(Time time);
// RFC 5322 section 3.3, such as Fri, 20 Nov 2026 13:05:10 +0000.
std::string rfc5322_date(Time time);

// For people, in the largest unit that it is a whole number of, such as 10 minutes or 1 hour.
std::string in_words(std::chrono::seconds time);

}  // namespace gatehouse
