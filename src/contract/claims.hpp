// Claim names of an access token (RFC 9068, RFC 7519, OpenID Connect Core) as the daemon writes and the gate
// reads them.
#pragma once

#include <string_view>

namespace gatehouse::contract {

inline constexpr std::string_view kAccessTokenType = "at+jwt";

inline constexpr std::string_view kIssuer = "iss";
inline constexpr std::string_view kAudience = "aud";
inline constexpr std::string_view kSubject = "sub";
inline constexpr std::string_view kSessionId = "sid";
inline constexpr std::string_view kDeviceId = "did";
inline constexpr std::string_view kTokenId = "jti";
inline constexpr std::string_view kIssuedAt = "iat";
inline constexpr std::string_view kNotBefore = "nbf";
inline constexpr std::string_view kExpiresAt = "exp";
inline constexpr std::string_view kAuthTime = "auth_time";
inline constexpr std::string_view kAuthMethods = "amr";
inline constexpr std::string_view kRoles = "roles";
inline constexpr std::string_view kEmailVerified = "email_verified";

}  // namespace gatehouse::contract
