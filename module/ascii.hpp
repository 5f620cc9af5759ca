// Characters as HTTP's grammars name them, whatever the locale.
#pragma once

#include <string_view>

namespace gatehouse::gate {

constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_control(char c) {
  return (c >= 0 && c < 0x20) || c == 0x7f;
}

// RFC 9110 section 5.6.2: the name of a header or of an authentication scheme.
constexpr bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text) {
    if (!is_alphanumeric(c) && kMarks.find(c) == kMarks.npos) return false;
  }
  return !text.empty();
}

// Without optional white space (RFC 9110 section 5.6.3) at both ends.
constexpr std::string_view trim_space(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace gatehouse::gate
