// Web origins (RFC 6454): what a browser tells of the site that a request comes from.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse {

// The origin of http[s]://host[:port] as browsers write it: in lower case, without the scheme's own port.
std::string web_origin(std::string_view url);

}  // namespace gatehouse
