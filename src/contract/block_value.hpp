// What the value of a block key means; both halves read it here.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "contract/keys.hpp"

namespace gatehouse::contract {

// The tokens that a user block refuses: those issued up to `seconds`, or all.
// A `before=` that cannot be read blocks all: in doubt, deny.
inline std::optional<std::int64_t> before_of(std::string_view value) {
  if (!value.starts_with(kBeforePrefix)) return std::nullopt;
  value.remove_prefix(kBeforePrefix.size());
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size() || seconds <= 0) return std::nullopt;
  return seconds;
}

}  // namespace gatehouse::contract
