// Bytes as hexadecimal text (RFC 4648 section 8), written in lower case, read in either.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

// The value of one digit, or -1.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace gatehouse
