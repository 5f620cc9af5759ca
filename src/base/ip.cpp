#include "base/ip.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace gatehouse {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 8 * kMappedPrefix.size();

struct Written {
  IpAddress address;
  unsigned prefix;
};

// Without leading zeros, as PostgreSQL wants it.
std::optional<unsigned> read_prefix(std::string_view digits) {
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  return prefix;
}

std::optional<Written> read_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == text.npos) return Written{*address, address->bits()};
  std::optional<unsigned> prefix = read_prefix(text.substr(slash + 1));
  const bool mapped = !address->is_v6() && text.find(':') != text.npos;
  if (prefix && mapped) {
    if (*prefix < kMappedBits) return std::nullopt;
    *prefix -= kMappedBits;
  }
  if (!prefix || *prefix > address->bits()) return std::nullopt;
  return Written{*address, *prefix};
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton takes a C string: what follows a NUL would be believed unread.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string zero_ended(text);
  IpAddress address;
  if (::inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
  if (::inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  return of_v6(address.bytes_);
}

std::optional<IpAddress> IpAddress::of(const sockaddr& peer) {
  if (peer.sa_family == AF_INET6)
    return of_v6(
        std::span<const std::uint8_t, 16>(reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr.s6_addr));
  if (peer.sa_family != AF_INET) return std::nullopt;
  const auto* bytes =
      reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(peer).sin_addr);
  IpAddress address;
  std::copy_n(bytes, sizeof(in_addr), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::of_v6(std::span<const std::uint8_t, 16> bytes) {
  IpAddress address;
  address.is_v6_ = !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  const auto mine = address.is_v6_ ? bytes : bytes.subspan(kMappedPrefix.size());
  std::copy(mine.begin(), mine.end(), address.bytes_.begin());
  return address;
}

bool IpAddress::is_loopback() const {
  if (!is_v6_) return bytes_[0] == 127;
  return IN6_IS_ADDR_LOOPBACK(reinterpret_cast<const in6_addr*>(bytes_.data()));
}

std::string IpAddress::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), text.data(), text.size());
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::optional<Written> written = read_network(text);
  if (!written) return std::nullopt;
  const IpNetwork network = around(written->address, written->prefix);
  if (network.first_ != written->address) return std::nullopt;
  return network;
}

std::optional<IpNetwork> IpNetwork::parse_around(std::string_view text) {
  const std::optional<Written> written = read_network(text);
  if (!written) return std::nullopt;
  return around(written->address, written->prefix);
}

IpNetwork IpNetwork::around(const IpAddress& address, unsigned prefix) {
  IpNetwork network;
  network.first_ = address;
  network.prefix_ = prefix;
  std::array<std::uint8_t, 16>& bytes = network.first_.bytes_;
  std::size_t whole = prefix / 8;
  if (prefix % 8 != 0) {
    bytes[whole] = static_cast<std::uint8_t>(bytes[whole] & 0xFF00U >> prefix % 8);
    ++whole;
  }
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(whole), bytes.end(), std::uint8_t{0});
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v6_ == first_.is_v6_ && around(address, prefix_) == *this;
}

std::string IpNetwork::str() const {
  return prefix_ == first_.bits() ? first_.str() : first_.str() + '/' + std::to_string(prefix_);
}

}  // namespace gatehouse
