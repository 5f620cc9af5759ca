#include "jose/base64url.hpp"

#include <array>
#include <cstdint>

namespace gatehouse::jose {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}();

// Negative for a character of another alphabet; so is every combination of it with others by "or".
int value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[buffer >> (bits - 6) & 0x3F];
  }
  if (bits > 0) text += kAlphabet[buffer << (6 - bits) & 0x3F];
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes(text.size() * 3 / 4, '\0');
  const char* in = text.data();
  char* out = bytes.data();
  for (std::size_t quads = text.size() / 4; quads > 0; --quads, in += 4, out += 3) {
    const int a = value_of(in[0]);
    const int b = value_of(in[1]);
    const int c = value_of(in[2]);
    const int d = value_of(in[3]);
    if ((a | b | c | d) < 0) return std::nullopt;
    out[0] = static_cast<char>(a << 2 | b >> 4);
    out[1] = static_cast<char>(b << 4 | c >> 2);
    out[2] = static_cast<char>(c << 6 | d);
  }
  if (text.size() % 4 == 0) return bytes;
  const int a = value_of(in[0]);
  const int b = value_of(in[1]);
  const int c = text.size() % 4 == 3 ? value_of(in[2]) : 0;
  if ((a | b | c) < 0) return std::nullopt;
  out[0] = static_cast<char>(a << 2 | b >> 4);
  if (text.size() % 4 == 3) out[1] = static_cast<char>(b << 4 | c >> 2);
  // Set trailing bits would make a second spelling of the same bytes.
  const int trailing = text.size() % 4 == 3 ? c & 0x3 : b & 0xF;
  if (trailing != 0) return std::nullopt;
  return bytes;
}

}  // namespace gatehouse::jose
