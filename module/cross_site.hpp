// Cross-site request forgery: a browser attaches cookies also to what another site makes it ask for, but then
// it says so, in headers that no page can set (Fetch Metadata; RFC 6454 section 7).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::gate {

// GET, HEAD and OPTIONS: what asks for no change (RFC 9110 section 9.2.1).
bool is_safe_method(std::string_view method);

// A header that stands several times is an empty text here, which is the value of none.
struct Provenance {
  std::optional<std::string_view> fetch_site{};  // Sec-Fetch-Site
  std::optional<std::string_view> origin{};      // Origin
};

// Whether another site may have caused the request. A browser that tells the site is believed; else its
// Origin must be `own_origin`. Origins in `allowed` are trusted like the own one.
bool may_be_forged(const Provenance& provenance, std::string_view own_origin,
                   std::span<const std::string> allowed);

// As browsers write it: "https://app.example.com:8443", in lower case. The error says in words what is wrong.
std::optional<std::string> fault_of_origin(std::string_view text);

}  // namespace gatehouse::gate
