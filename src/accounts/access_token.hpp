// Writes an access token (RFC 9068) as the gate and authenticate() read it.
#pragma once

#include <chrono>
#include <cstdint>

#include "accounts/ids.hpp"
#include "accounts/rules.hpp"
#include "accounts/session.hpp"
#include "accounts/signing_keys.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct AccessGrant {
  TokenId token_id;
  std::int64_t issued_at;  // unix seconds
  bool email_verified;
  std::vector<std::string> roles;
};

// As the rules say, but never beyond the session.
std::chrono::seconds access_life(const Session& session, const AccessGrant& grant, const Rules& rules);

Secret make_access_token(const Session& session, const AccessGrant& grant, const Rules& rules,
                         const SigningKeys& keys);

}  // namespace gatehouse::accounts
