// Finds out who makes a request: the access token's signature and claims, then its session, device and user
// in PostgreSQL and Redis. The daemon believes no identity header.
#pragma once

#include <string_view>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"
#include "jose/claims.hpp"

namespace gatehouse::accounts {

// What the claims of an access token of ours are checked against.
jose::ClaimsPolicy claims_policy(const Rules& rules);

// kUnauthenticated (`detail` says what is wrong with the token), kDeviceBlocked, kUserBlocked,
// kAddressBlocked.
Result<Principal, Refusal> authenticate(Ports& ports, std::string_view access_token, const Origin& origin);

}  // namespace gatehouse::accounts
