#include "jose/claims.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::jose {
namespace {

constexpr json::Limits kPayloadLimits{.bytes = kMaxTokenSize, .depth = 16};
constexpr std::size_t kMaxIdSize = 255;
constexpr double kMaxTime = static_cast<double>(std::int64_t{1} << 40);

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdSize &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// A required id into `target`.
Result<void, Error> read_id(const json::Object& claims, std::string_view claim, std::string& target) {
  const std::optional<json::Value> value = claims.find(claim);
  if (!value) return Unexpected(Error::kMissingClaim);
  const std::optional<std::string_view> text = value->string();
  if (!text || !is_id(*text)) return Unexpected(Error::kBadClaims);
  target = *text;
  return {};
}

// A NumericDate (RFC 7519 section 2) in whole seconds, rounded by `round`; 0 if absent.
Result<std::int64_t, Error> read_time(const json::Object& claims, std::string_view claim,
                                      double (*round)(double)) {
  const std::optional<json::Value> value = claims.find(claim);
  if (!value) return 0;
  const std::optional<double> seconds = value->number();
  if (!seconds || !(*seconds >= 0) || *seconds >= kMaxTime) return Unexpected(Error::kBadClaims);
  return static_cast<std::int64_t>(round(*seconds));
}

double down(double seconds) {
  return std::floor(seconds);
}
double up(double seconds) {
  return std::ceil(seconds);
}

Result<void, Error> check_issuer(const json::Object& claims, const ClaimsPolicy& policy) {
  const std::optional<json::Value> issuer = claims.find(contract::kIssuer);
  if (!issuer) return Unexpected(Error::kMissingClaim);
  const std::optional<std::string_view> text = issuer->string();
  if (!text) return Unexpected(Error::kBadClaims);
  if (*text != policy.issuer) return Unexpected(Error::kWrongIssuer);
  return {};
}

Result<void, Error> check_audience(const json::Object& claims, const ClaimsPolicy& policy) {
  const std::optional<json::Value> audience = claims.find(contract::kAudience);
  if (!audience) return Unexpected(Error::kMissingClaim);
  const std::optional<json::Array> list = audience->array();
  const std::vector<json::Value> values = list ? list->values() : std::vector{*audience};
  bool match = false;
  for (const json::Value& value : values) {
    const std::optional<std::string_view> text = value.string();
    if (!text) return Unexpected(Error::kBadClaims);
    match =
        match || std::find(policy.audiences.begin(), policy.audiences.end(), *text) != policy.audiences.end();
  }
  if (!match) return Unexpected(Error::kWrongAudience);
  return {};
}

Result<void, Error> read_times(const json::Object& claims, AccessToken& token) {
  for (const std::string_view required : {contract::kExpiresAt, contract::kIssuedAt})
    if (!claims.find(required)) return Unexpected(Error::kMissingClaim);
  // Each is rounded to the side that accepts less.
  const Result<std::int64_t, Error> expires_at = read_time(claims, contract::kExpiresAt, down);
  const Result<std::int64_t, Error> issued_at = read_time(claims, contract::kIssuedAt, down);
  const Result<std::int64_t, Error> not_before = read_time(claims, contract::kNotBefore, up);
  const Result<std::int64_t, Error> auth_time = read_time(claims, contract::kAuthTime, down);
  if (!expires_at || !issued_at || !not_before || !auth_time) return Unexpected(Error::kBadClaims);
  token.expires_at = *expires_at;
  token.issued_at = *issued_at;
  token.not_before = *not_before;
  return {};
}

Result<void, Error> read_ids(const json::Object& claims, const ClaimsPolicy& policy, AccessToken& token) {
  if (const auto read = read_id(claims, policy.subject_claim, token.subject); !read) return read;
  if (!policy.session_claim.empty())
    if (const auto read = read_id(claims, policy.session_claim, token.session); !read) return read;
  if (!policy.device_claim.empty())
    if (const auto read = read_id(claims, policy.device_claim, token.device); !read) return read;
  if (claims.find(contract::kTokenId)) return read_id(claims, contract::kTokenId, token.token_id);
  return {};
}

}  // namespace

Result<AccessToken, Error> check_claims(const VerifiedJws& jws, const ClaimsPolicy& policy, std::int64_t now,
                                        json::Parser& parser) {
  Result<AccessToken, Error> token = read_claims(jws, policy, parser);
  if (!token) return token;
  if (const auto checked = check_times(*token, policy, now); !checked) return Unexpected(checked.error());
  return token;
}

Result<AccessToken, Error> read_claims(const VerifiedJws& jws, const ClaimsPolicy& policy,
                                       json::Parser& parser) {
  if (!policy.type.empty() && jws.header().type != policy.type) return Unexpected(Error::kBadType);
  const Result<json::Object, json::Error> claims = parser.parse_object(jws.payload(), kPayloadLimits);
  if (!claims) return Unexpected(Error::kBadClaims);

  if (const auto checked = check_issuer(*claims, policy); !checked) return Unexpected(checked.error());
  if (const auto checked = check_audience(*claims, policy); !checked) return Unexpected(checked.error());
  AccessToken token;
  if (const auto read = read_times(*claims, token); !read) return Unexpected(read.error());
  if (const auto read = read_ids(*claims, policy, token); !read) return Unexpected(read.error());
  token.algorithm = jws.header().algorithm;
  token.key_thumbprint = jws.key_thumbprint();
  token.claims = std::move(jws).payload();
  return token;
}

Result<void, Error> check_times(const Times& times, const ClaimsPolicy& policy, std::int64_t now) {
  const std::int64_t leeway = policy.leeway.count();
  if (now >= times.expires_at + leeway) return Unexpected(Error::kExpired);
  if (now + leeway < times.not_before || now + leeway < times.issued_at)
    return Unexpected(Error::kNotYetValid);
  if (policy.max_age && now > times.issued_at + policy.max_age->count() + leeway)
    return Unexpected(Error::kTooOld);
  return {};
}

}  // namespace gatehouse::jose
