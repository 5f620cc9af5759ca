#include "jose/claims.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test/jose/tokens.hpp"

namespace gatehouse::jose {
namespace {

using nlohmann::json;

constexpr std::int64_t kNow = 1'790'000'000;

class Claims : public testing::Test {
 protected:
  const PrivateKey key_ = PrivateKey::generate(Algorithm::kEdDSA);
  const KeySet keys_ = key_set_of(key_);
  ClaimsPolicy policy_{.issuer = "https://id.example.com", .audiences = {"app", "admin"}};
  json good_ = {{"iss", "https://id.example.com"},
                {"aud", "app"},
                {"sub", "alice"},
                {"sid", "session-1"},
                {"did", "device-1"},
                {"jti", "token-1"},
                {"iat", kNow - 10},
                {"exp", kNow + 290},
                {"auth_time", kNow - 10}};

  Result<AccessToken, Error> check_payload(std::string_view payload, std::string_view type = "at+jwt") {
    gatehouse::json::Parser parser;
    auto jws = verify_signature(sign_compact(key_, type, payload), keys_, kAllAlgorithms, parser);
    if (!jws) return Unexpected(jws.error());
    return check_claims(*std::move(jws), policy_, kNow, parser);
  }
  Result<AccessToken, Error> check(const json& claims) { return check_payload(claims.dump()); }
  Result<AccessToken, Error> check_with(const char* claim, const json& value) {
    json claims = good_;
    claims[claim] = value;
    return check(claims);
  }
  Error error_with(const char* claim, const json& value) {
    const auto token = check_with(claim, value);
    EXPECT_FALSE(token) << claim << ": " << value;
    return token ? Error{} : token.error();
  }
};

TEST_F(Claims, OfAGoodTokenAreRead) {
  const auto token = check(good_);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->subject, "alice");
  EXPECT_EQ(token->session, "session-1");
  EXPECT_EQ(token->device, "device-1");
  EXPECT_EQ(token->token_id, "token-1");
  EXPECT_EQ(token->issued_at, kNow - 10);
  EXPECT_EQ(token->expires_at, kNow + 290);
  EXPECT_EQ(token->claims, good_.dump());
  EXPECT_EQ(token->key_thumbprint, key_.public_key().thumbprint());
}

TEST_F(Claims, MustHaveTheTypeOfAnAccessToken) {
  for (const char* type : {"at+jwt", "AT+JWT", "application/at+jwt"})
    EXPECT_TRUE(check_payload(good_.dump(), type));
  for (const char* type : {"JWT", "", "refresh+jwt", "at+jwt2", "application/application/at+jwt"}) {
    const auto token = check_payload(good_.dump(), type);
    ASSERT_FALSE(token) << type;
    EXPECT_EQ(token.error(), Error::kBadType);
  }
  policy_.type.clear();
  EXPECT_TRUE(check_payload(good_.dump(), "JWT"));
}

TEST_F(Claims, AreRefusedWhenOneIsMissing) {
  for (const char* claim : {"iss", "aud", "sub", "sid", "did", "iat", "exp"}) {
    json claims = good_;
    claims.erase(claim);
    const auto token = check(claims);
    ASSERT_FALSE(token) << claim;
    EXPECT_EQ(token.error(), Error::kMissingClaim) << claim;
  }
}

TEST_F(Claims, MayLackWhatThePolicyDoesNotName) {
  policy_.session_claim.clear();
  policy_.device_claim.clear();
  json claims = good_;
  for (const char* claim : {"sid", "did", "jti", "auth_time"}) claims.erase(claim);
  const auto token = check(claims);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->session, "");
  EXPECT_EQ(token->device, "");
}

TEST_F(Claims, MustNameTheIssuerToTheLetter) {
  for (const char* issuer :
       {"https://id.example.com/", "https://ID.example.com", "https://id.example.co", ""})
    EXPECT_EQ(error_with("iss", issuer), Error::kWrongIssuer);
  for (const json& issuer : {json(1), json(nullptr), json::array({"https://id.example.com"})})
    EXPECT_EQ(error_with("iss", issuer), Error::kBadClaims);
}

TEST_F(Claims, MustNameOneOfTheAudiences) {
  for (const json& audience : {json("app"), json("admin"), json::array({"other", "admin"})})
    EXPECT_TRUE(check_with("aud", audience)) << audience;
  for (const json& audience :
       {json("other"), json(""), json("App"), json("app "), json::array(), json::array({"x"})})
    EXPECT_EQ(error_with("aud", audience), Error::kWrongAudience) << audience;
  for (const json& audience : {json(1), json(nullptr), json::object(), json::array({"app", 1}), json(true)})
    EXPECT_EQ(error_with("aud", audience), Error::kBadClaims) << audience;
}

TEST_F(Claims, AreBoundToTheirTimesWithinTheLeeway) {
  EXPECT_EQ(error_with("exp", kNow - 5), Error::kExpired);
  EXPECT_TRUE(check_with("exp", kNow - 4));
  EXPECT_EQ(error_with("nbf", kNow + 6), Error::kNotYetValid);
  EXPECT_TRUE(check_with("nbf", kNow + 5));
  EXPECT_EQ(error_with("iat", kNow + 6), Error::kNotYetValid);
  EXPECT_TRUE(check_with("iat", kNow + 5));
  policy_.leeway = std::chrono::seconds(0);
  EXPECT_EQ(error_with("exp", kNow), Error::kExpired);
  EXPECT_TRUE(check_with("exp", kNow + 1));
  EXPECT_EQ(error_with("nbf", kNow + 1), Error::kNotYetValid);
}

TEST_F(Claims, MayNotBeOlderThanMaxAge) {
  policy_.max_age = std::chrono::seconds(60);
  EXPECT_TRUE(check_with("iat", kNow - 65));
  EXPECT_EQ(error_with("iat", kNow - 66), Error::kTooOld);
}

TEST_F(Claims, MayHaveFractionsInTimes) {
  const auto token = check_with("exp", kNow + 100.9);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->expires_at, kNow + 100) << "rounded to the side that accepts less";
  EXPECT_EQ(error_with("nbf", kNow + 5.1), Error::kNotYetValid);
}

TEST_F(Claims, RefuseTimesOfEveryOtherTypeAndSize) {
  for (const char* claim : {"exp", "nbf", "iat", "auth_time"}) {
    for (const json& value : {json("1790000290"), json(nullptr), json(true), json::array({kNow}),
                              json::object(), json(-1), json(-0.5), json(1e30), json(INT64_MIN),
                              json(INT64_MAX), json(UINT64_MAX), json(std::int64_t{1} << 40)})
      EXPECT_EQ(error_with(claim, value), Error::kBadClaims) << claim << ": " << value;
    std::string text = good_.dump();
    json without = good_;
    without.erase(claim);
    text = without.dump();
    for (const char* value :
         {"1e400", "-1e400", "123456789012345678901234567890", "NaN", "Infinity", "0x10", "1.", "01"}) {
      std::string payload = text;
      payload.insert(1, '"' + std::string(claim) + "\":" + value + ',');
      const auto token = check_payload(payload);
      ASSERT_FALSE(token) << payload;
      EXPECT_EQ(token.error(), Error::kBadClaims) << payload;
    }
  }
}

TEST_F(Claims, RefuseIdsOfTheWrongTypeOrSize) {
  for (const char* claim : {"sub", "sid", "did", "jti"}) {
    EXPECT_TRUE(check_with(claim, std::string(255, 'a')));
    for (const json& value :
         {json(1), json(nullptr), json(""), json(std::string(256, 'a')), json("a\nb"), json("a\rb"),
          json(std::string("a\0b", 3)), json("\x7f"), json::array({"a"}), json::object()})
      EXPECT_EQ(error_with(claim, value), Error::kBadClaims) << claim << ": " << value;
  }
}

TEST_F(Claims, MustBeOneJsonObjectWithoutRepeatedMembers) {
  for (const std::string payload : {"", "[]", "null", "{", "{}x", "{\"sub\":\"a\",\"sub\":\"b\"}", "\xff"}) {
    const auto token = check_payload(payload);
    ASSERT_FALSE(token) << payload;
    EXPECT_EQ(token.error(), Error::kBadClaims) << payload;
  }
  std::string repeated = good_.dump();
  repeated.insert(1, R"("extra":{"role":"user","role":"admin"},)");
  EXPECT_FALSE(check_payload(repeated)) << "also deeper inside";
}

TEST_F(Claims, OfATokenThatWasCheckedBeforeExpire) {
  const auto token = check(good_);
  ASSERT_TRUE(token);
  EXPECT_TRUE(check_times(*token, policy_, kNow + 294));
  const auto later = check_times(*token, policy_, kNow + 295);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error(), Error::kExpired);
}

}  // namespace
}  // namespace gatehouse::jose
