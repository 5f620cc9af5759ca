#include "base/ip.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace gatehouse {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool bit(const std::array<std::uint8_t, 16>& bytes, unsigned index) {
  return (bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton takes a C string: what follows a NUL would be believed unread.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string zero_ended(text);
  IpAddress address;
  if (::inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
  if (::inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  address.is_v6_ = true;
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin())) {
    address.is_v6_ = false;
    std::rotate(address.bytes_.begin(), address.bytes_.begin() + kMappedPrefix.size(), address.bytes_.end());
    std::fill(address.bytes_.begin() + 4, address.bytes_.end(), std::uint8_t{0});
  }
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
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> first = IpAddress::parse(text.substr(0, slash));
  if (!first) return std::nullopt;
  IpNetwork network;
  network.first_ = *first;
  network.prefix_ = first->bits();
  if (slash == text.npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix_);
  if (error != std::errc{} || end != digits.data() + digits.size() || network.prefix_ > first->bits())
    return std::nullopt;
  for (unsigned i = network.prefix_; i < first->bits(); ++i)
    if (bit(first->bytes_, i)) return std::nullopt;
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v6_ != first_.is_v6_) return false;
  for (unsigned i = 0; i < prefix_; ++i)
    if (bit(address.bytes_, i) != bit(first_.bytes_, i)) return false;
  return true;
}

}  // namespace gatehouse
