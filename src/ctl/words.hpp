// How times and reasons are said to people.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "accounts/refusal.hpp"
#include "base/time.hpp"

namespace gatehouse::ctl {

// 2026-11-20 13:05:10Z; empty for none.
std::string moment(Time time);
std::string moment(const std::optional<Time>& time);
// "3m 20s", "2d 4h": the two largest units. Of a negative one the amount.
std::string span(std::chrono::seconds duration);
// "in 3m 20s", "2d 4h ago", "now".
std::string distance(Time time, Time now);

// A line for each fault, or one for the refusal.
std::string words(const accounts::Refusal& refusal);

}  // namespace gatehouse::ctl
