// Percent-encoding (RFC 3986 section 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

// Nothing for a "%" that does not begin an encoded byte.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace gatehouse
