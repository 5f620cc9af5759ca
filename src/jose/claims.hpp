// The claims of an access token (RFC 9068 section 2.2, RFC 7519 section 4.1), checked against what one issuer
// promises.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "contract/claims.hpp"
#include "jose/error.hpp"
#include "jose/verify.hpp"
#include "json/document.hpp"

namespace gatehouse::jose {

struct ClaimsPolicy {
  std::string issuer;
  std::vector<std::string> audiences;             // one match suffices
  std::string type{contract::kAccessTokenType};   // empty: any
  std::chrono::seconds leeway{5};                 // for exp, nbf and iat
  std::optional<std::chrono::seconds> max_age{};  // since iat
  std::string subject_claim{contract::kSubject};
  std::string session_claim{contract::kSessionId};  // empty: the issuer has none
  std::string device_claim{contract::kDeviceId};    // empty: the issuer has none
};

// When a token may be believed, in unix seconds.
struct Times {
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
  std::int64_t not_before = 0;  // 0 if absent

  bool operator==(const Times&) const = default;
};

// An access token that may be believed, as long as `now` stays within its times and no block names it.
struct AccessToken : Times {
  std::string subject;
  std::string session;   // empty if the policy names no session claim
  std::string device;    // empty if the policy names no device claim
  std::string token_id;  // "jti", empty if absent
  std::string claims;    // the whole payload, a JSON object
  Algorithm algorithm{};
  Thumbprint key_thumbprint;
};

// Present claims of the wrong JSON type are refused, also where they may be absent. Times are integers or
// fractions in [0, 2^40); "sub", and the named session and device claims, are strings of 1 to 255 bytes
// without control characters.
Result<AccessToken, Error> check_claims(const VerifiedJws& jws, const ClaimsPolicy& policy, std::int64_t now,
                                        json::Parser& parser);

// The part of the check that the passing of time cannot change.
Result<AccessToken, Error> read_claims(const VerifiedJws& jws, const ClaimsPolicy& policy,
                                       json::Parser& parser);

// The other part; for tokens that were checked or read before.
Result<void, Error> check_times(const Times& times, const ClaimsPolicy& policy, std::int64_t now);

}  // namespace gatehouse::jose
