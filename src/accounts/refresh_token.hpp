// A refresh token: base64url(version ‖ secret id ‖ session id ‖ counter ‖ HMAC-SHA-256 over a label, these
// and the session's salt). Nothing of it is stored: the session row has the counter and the salt, so the same
// token can be made again from the row, and from nothing less.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/ids.hpp"
#include "accounts/secrets.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct RefreshToken {
  SessionId session;
  std::uint32_t counter;
  std::uint16_t secret_id = Secrets::kNewestRefreshSecret;

  bool operator==(const RefreshToken&) const = default;
};

inline constexpr std::size_t kRefreshSaltSize = 16;

Secret make_refresh_token(const RefreshToken& token, std::string_view salt, const Secrets& secrets);
// What the token claims to be; `is_authentic` tells whether to believe it, once the session's salt is known.
std::optional<RefreshToken> read_refresh_token(std::string_view text);
bool is_authentic(std::string_view text, std::string_view salt, const Secrets& secrets);

}  // namespace gatehouse::accounts
