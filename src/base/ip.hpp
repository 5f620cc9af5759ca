// IP addresses and networks, of both versions. An IPv4 address inside IPv6 (::ffff:192.0.2.1) is that IPv4
// address, so that nobody has two spellings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

class IpAddress {
 public:
  // Dotted decimal or RFC 4291 section 2.2, without zone, brackets or port.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v6() const { return is_v6_; }
  bool is_loopback() const;
  std::string str() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  friend class IpNetwork;
  unsigned bits() const { return is_v6_ ? 128 : 32; }

  bool is_v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};  // an IPv4 address in the first four
};

class IpNetwork {
 public:
  // "192.0.2.0/24", or a single address. Bits set behind the prefix are refused: somebody meant something
  // else.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  unsigned prefix_ = 0;
};

}  // namespace gatehouse
