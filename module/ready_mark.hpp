// The value of "gatehouse:ready": "<redis run_id> <epoch>", the sign that the set of blocks is complete.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::gate {

struct ReadyMark {
  std::string run_id;
  std::uint64_t epoch;

  bool operator==(const ReadyMark&) const = default;

  static std::optional<ReadyMark> parse(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == 0 || space == text.npos) return std::nullopt;
    const std::string_view digits = text.substr(space + 1);
    std::uint64_t epoch = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return ReadyMark{std::string(text.substr(0, space)), epoch};
  }
};

}  // namespace gatehouse::gate
