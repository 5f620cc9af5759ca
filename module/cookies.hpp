// The value of a Cookie header (RFC 6265 section 4.2.1): pairs between semicolons. Quotes hide nothing here,
// as they do not in browsers.
//
//   for_each_cookie("a=1; b=2", [](const Cookie& cookie) { … });
//   without_cookies("a=1; b=2", {"a"});                       // "b=2"
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::gate {

struct Cookie {
  std::string_view name;
  std::string_view value;
  std::string_view text;  // both, as they stand in the header
};

// One pair; without a "=" it is all value.
Cookie cookie_of(std::string_view pair);

template <typename Visit>
void for_each_cookie(std::string_view header, Visit visit) {
  for (std::size_t begin = 0; begin < header.size();) {
    const std::size_t end = std::min(header.find(';', begin), header.size());
    visit(cookie_of(header.substr(begin, end - begin)));
    begin = end + 1;
  }
}

// The header without the cookies of these names; std::nullopt if it has none of them.
std::optional<std::string> without_cookies(std::string_view header, std::span<const std::string> names);

}  // namespace gatehouse::gate
