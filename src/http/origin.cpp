#include "http/origin.hpp"

#include <algorithm>

#include "base/hex.hpp"

namespace gatehouse::http {
namespace {

constexpr std::size_t kMaxRequestIdSize = 64;
constexpr std::size_t kRequestIdBytes = 16;

bool is_trusted(const Peer& peer, const std::vector<IpNetwork>& trusted_proxies) {
  if (peer.unix_socket) return true;
  const std::optional<IpAddress> address = IpAddress::parse(peer.address);
  return address && std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                                [&](const IpNetwork& network) { return network.contains(*address); });
}

// It goes into headers and logs, so nothing else may be in it.
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdSize &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                  c == '_';
         });
}

std::string client_address(const Request& request, bool trusted) {
  // A trusted proxy without the header speaks for itself, as a health check does.
  if (!trusted || request.headers.count("X-Gatehouse-Client-IP") == 0) return request.peer.address;
  const std::optional<std::string_view> told = request.headers.only("X-Gatehouse-Client-IP");
  const std::optional<IpAddress> address = told ? IpAddress::parse(*told) : std::nullopt;
  return address ? address->str() : "";
}

std::string request_id(const Request& request, bool trusted, Random& random) {
  const std::optional<std::string_view> told = request.headers.only("X-Request-ID");
  if (trusted && told && is_request_id(*told)) return std::string(*told);
  return to_hex(random.bytes(kRequestIdBytes));
}

}  // namespace

accounts::Origin origin_of(const Request& request, const std::vector<IpNetwork>& trusted_proxies,
                           Random& random) {
  const bool trusted = is_trusted(request.peer, trusted_proxies);
  return {.ip = client_address(request, trusted),
          .user_agent = std::string(request.headers.only("User-Agent").value_or("")),
          .request_id = request_id(request, trusted, random)};
}

}  // namespace gatehouse::http
