#include "base/uuid.hpp"

#include <algorithm>

#include "base/hex.hpp"

namespace gatehouse {
namespace {

constexpr std::array<std::size_t, 4> kHyphens{8, 13, 18, 23};
constexpr std::size_t kTextSize = 36;

}  // namespace

Uuid Uuid::generate(Time now, Random& random) {
  Bytes bytes;
  random.fill(bytes.data() + 6, bytes.size() - 6);
  const auto milliseconds = static_cast<std::uint64_t>(unix_milliseconds(now));
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid(bytes);
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  for (const std::size_t hyphen : kHyphens)
    if (text[hyphen] != '-') return std::nullopt;
  std::string digits(text);
  std::erase(digits, '-');
  const std::optional<std::string> decoded = digits.size() == 32 ? from_hex(digits) : std::nullopt;
  if (!decoded) return std::nullopt;
  Bytes bytes;
  std::copy(decoded->begin(), decoded->end(), bytes.begin());
  return Uuid(bytes);
}

std::string Uuid::str() const {
  std::string text = to_hex({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
  for (const std::size_t hyphen : kHyphens) text.insert(hyphen, 1, '-');
  return text;
}

}  // namespace gatehouse
