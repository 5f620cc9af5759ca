#include "module/cross_site.hpp"

#include <algorithm>

#include "module/ascii.hpp"

namespace gatehouse::gate {

bool is_safe_method(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool may_be_forged(const Provenance& provenance, std::string_view own_origin,
                   std::span<const std::string> allowed) {
  if (provenance.fetch_site == "same-origin" || provenance.fetch_site == "none") return false;
  if (!provenance.origin) return true;
  if (!provenance.fetch_site && *provenance.origin == own_origin) return false;
  return std::ranges::find(allowed, *provenance.origin) == allowed.end();
}

std::optional<std::string> fault_of_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == text.npos || colon == 0) return "it must begin with a scheme, as in https://example.com";
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view host = text.substr(colon + 3);
  if (host.empty()) return "it has no host";
  if (host.find_first_of("/?#@*\\ ") != host.npos) return "it is a scheme, a host and a port, nothing more";
  if (std::ranges::any_of(text, is_control)) return "it has control characters";
  if ((scheme == "https" && host.ends_with(":443")) || (scheme == "http" && host.ends_with(":80")))
    return "browsers leave out the default port";
  return std::nullopt;
}

}  // namespace gatehouse::gate
