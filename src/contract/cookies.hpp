// The cookies that keep a browser's tokens out of reach of its scripts. Both halves know them: the daemon
// sets and reads them, a gate can take the access token from its one.
#pragma once

#include <string_view>

namespace gatehouse::contract {

// The prefixes have browsers hold to what the cookie was set with (RFC 6265bis section 4.1.3). Over plain
// http, which is taken on loopback alone, there can be none.
inline constexpr std::string_view kHostPrefix = "__Host-";
inline constexpr std::string_view kSecurePrefix = "__Secure-";

inline constexpr std::string_view kAccessCookie = "gatehouse-access";    // with kHostPrefix
inline constexpr std::string_view kRefreshCookie = "gatehouse-refresh";  // with kSecurePrefix
inline constexpr std::string_view kDeviceCookie = "gatehouse-device";    // with kHostPrefix

}  // namespace gatehouse::contract
