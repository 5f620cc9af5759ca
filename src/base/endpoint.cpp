#include "base/endpoint.hpp"

#include <sys/un.h>

#include <charconv>

namespace gatehouse {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::size_t kMaxPathSize = sizeof(sockaddr_un::sun_path) - 1;

Result<Endpoint, std::string> parse_unix(std::string_view path) {
  if (!path.starts_with('/')) return Unexpected<std::string>("the path of a unix socket must be absolute");
  if (path.size() > kMaxPathSize)
    return Unexpected<std::string>("the path of a unix socket ends at " + std::to_string(kMaxPathSize) +
                                   " bytes; this one has " + std::to_string(path.size()));
  if (path.find('\0') != path.npos) return Unexpected<std::string>("a path has no NUL in it");
  return Endpoint{.path = std::string(path), .host = {}};
}

}  // namespace

Result<Endpoint, std::string> Endpoint::parse(std::string_view text) {
  if (text.starts_with(kUnixPrefix)) return parse_unix(text.substr(kUnixPrefix.size()));
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return Unexpected<std::string>("expected unix:/path or host:port");
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return Unexpected<std::string>("an IPv6 address stands in brackets: [::1]:port");
  }
  if (host.empty()) return Unexpected<std::string>("expected a host in front of the port");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
    return Unexpected<std::string>("the port must be a number from 1 to 65535");
  return Endpoint{.path = {}, .host = std::string(host), .port = port};
}

std::string Endpoint::str() const {
  if (is_unix()) return std::string(kUnixPrefix) + path;
  const bool brackets = host.find(':') != host.npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace gatehouse
