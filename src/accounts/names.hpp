// The words under which the values of an enumeration are stored: one table for both directions.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace gatehouse::accounts {

template <typename Enum, std::size_t size>
using Names = std::array<std::pair<Enum, std::string_view>, size>;

// Every value of the enumeration is in `names`.
template <typename Enum, std::size_t size>
constexpr std::string_view name_in(const Names<Enum, size>& names, Enum value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return "unknown";
}

template <typename Enum, std::size_t size>
constexpr std::optional<Enum> value_in(const Names<Enum, size>& names, std::string_view wanted) {
  for (const auto& [value, name] : names)
    if (name == wanted) return value;
  return std::nullopt;
}

}  // namespace gatehouse::accounts
