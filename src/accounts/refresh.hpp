// Uses a refresh token: for a fresh access token and the next refresh token, or for the end of a session
// whose token somebody has copied.
#pragma once

#include <chrono>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

// How long a token that was replaced gives its successor again, by PostgreSQL's clock: for parallel tabs and
// for answers that were lost.
inline constexpr std::chrono::seconds kRefreshGrace{30};

struct Refreshed {
  Secret access_token;
  std::chrono::seconds expires_in;
  Secret refresh_token;
  std::chrono::seconds refresh_expires_in;
  SessionId session;
  DeviceId device;
  TokenId token_id;
};

// kRefreshInvalid, kRefreshReused, kSessionEnded, kDeviceBlocked, kUserBlocked, kAddressBlocked.
Result<Refreshed, Refusal> refresh(Ports& ports, const Secret& refresh_token, const Origin& origin);

}  // namespace gatehouse::accounts
