#include "accounts/access_token.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "contract/claims.hpp"
#include "jose/sign.hpp"

namespace gatehouse::accounts {

std::chrono::seconds access_life(const Session& session, const AccessGrant& grant, const Rules& rules) {
  const std::chrono::seconds left(unix_seconds(session.idle_end) - grant.issued_at);
  return std::clamp(left, std::chrono::seconds(0), rules.access_life);
}

Secret make_access_token(const Session& session, const AccessGrant& grant, const Rules& rules,
                         const SigningKeys& keys) {
  nlohmann::json claims;
  const auto set = [&claims](std::string_view name, nlohmann::json value) {
    claims[std::string(name)] = std::move(value);
  };
  set(contract::kIssuer, rules.issuer);
  set(contract::kAudience,
      rules.audience.size() == 1 ? nlohmann::json(rules.audience.front()) : nlohmann::json(rules.audience));
  set(contract::kSubject, session.account.str());
  set(contract::kSessionId, session.id.str());
  set(contract::kDeviceId, session.device.str());
  set(contract::kTokenId, grant.token_id.str());
  set(contract::kIssuedAt, grant.issued_at);
  set(contract::kExpiresAt, grant.issued_at + access_life(session, grant, rules).count());
  set(contract::kAuthTime, unix_seconds(session.auth_time));
  set(contract::kAuthMethods, session.auth_methods);
  set(contract::kRoles, grant.roles);
  set(contract::kEmailVerified, grant.email_verified);
  return Secret(jose::sign_compact(keys.signer(from_unix_seconds(grant.issued_at)),
                                   contract::kAccessTokenType, claims.dump()));
}

}  // namespace gatehouse::accounts
