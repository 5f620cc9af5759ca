// The value of gatehouse:ready, "<redis run_id> <epoch>": the sign that the set of blocks in Redis is
// complete.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::contract {

struct ReadyMark {
  std::string run_id;  // of the server that was filled; another one's data may be older
  std::int64_t epoch;  // counts the times that a set was completed

  bool operator==(const ReadyMark&) const = default;

  std::string text() const { return run_id + ' ' + std::to_string(epoch); }

  static std::optional<ReadyMark> parse(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == 0 || space == std::string_view::npos) return std::nullopt;
    const std::string_view digits = text.substr(space + 1);
    std::int64_t epoch = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
    if (error != std::errc{} || end != digits.data() + digits.size() || epoch < 0) return std::nullopt;
    return ReadyMark{std::string(text.substr(0, space)), epoch};
  }
};

}  // namespace gatehouse::contract
