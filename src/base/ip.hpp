// IP addresses and networks, of both versions. An IPv4 address inside IPv6 (::ffff:192.0.2.1) is that IPv4
// address, so that nobody has two spellings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sockaddr;

namespace gatehouse {

class IpAddress {
 public:
  // Dotted decimal or RFC 4291 section 2.2, without zone, brackets or port.
  static std::optional<IpAddress> parse(std::string_view text);
  // Nothing for what has no IP address, such as the client of a unix socket.
  static std::optional<IpAddress> of(const sockaddr& peer);

  bool is_v6() const { return is_v6_; }
  // An IPv4 address in the first four, the others 0.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  unsigned bits() const { return is_v6_ ? 128 : 32; }
  bool is_loopback() const;
  std::string str() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  friend class IpNetwork;
  static IpAddress of_v6(std::span<const std::uint8_t, 16> bytes);

  bool is_v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};
};

class IpNetwork {
 public:
  // "192.0.2.0/24", or a single address. Bits set behind the prefix are refused: somebody meant something
  // else. A network inside ::ffff:0:0/96 is one of IPv4.
  static std::optional<IpNetwork> parse(std::string_view text);
  // The same, but of "192.0.2.7/24" the network around that address.
  static std::optional<IpNetwork> parse_around(std::string_view text);
  // Precondition: `prefix` is not above the address' bits.
  static IpNetwork around(const IpAddress& address, unsigned prefix);

  const IpAddress& first() const { return first_; }
  unsigned prefix() const { return prefix_; }
  bool contains(const IpAddress& address) const;
  // The one spelling: "192.0.2.0/24", and without a prefix if it is a single address.
  std::string str() const;

  auto operator<=>(const IpNetwork&) const = default;

 private:
  IpAddress first_;
  unsigned prefix_ = 0;
};

}  // namespace gatehouse
