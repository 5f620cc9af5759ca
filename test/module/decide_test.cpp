#include "module/decide.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "jose/base64url.hpp"
#include "test/support/tokens.hpp"

namespace gatehouse::gate {
namespace {

using test::TokenMaker;

class DecideTest : public testing::Test {
 protected:
  static constexpr Staleness kStale{.after = std::chrono::seconds(1)};
  static constexpr Monotonic kMonotonic = 5000;

  DecideTest() {
    shared_.complete = true;
    shared_.confirmed_at = kMonotonic;
  }

  static Issuer issuer_of() {
    Issuer issuer;
    issuer.name = "main";
    issuer.claims.issuer = TokenMaker::issuer();
    issuer.claims.audiences = {TokenMaker::audience()};
    return issuer;
  }

  static jose::KeySet keys_of(const TokenMaker& maker) { return jose::KeySet({maker.key().public_key()}); }

  // The token's text lives as long as `authorization`.
  Result<VerifiedToken, Verdict> verify(const std::string& authorization) {
    return verify_token(bearer_token(authorization), accepted_, shared_, now_, parser_);
  }
  std::string verdict(const std::string& authorization) {
    return std::string(name(standing(verify(authorization))));
  }
  Verdict standing(const Result<VerifiedToken, Verdict>& token, Monotonic monotonic = kMonotonic) {
    return check_standing(token, shared_, kStale, now_, monotonic);
  }
  std::string good() { return "Bearer " + maker_.token(); }
  void block(const std::string& text, const Block& block = {}) {
    ASSERT_TRUE(shared_.blocks().put(shared_.key_of(text), block));
  }

  std::int64_t now_ = std::time(nullptr);
  TokenMaker maker_;
  TokenMaker other_;
  const Issuer issuer_ = issuer_of();
  const Issuer other_issuer_ = issuer_of();
  Trusted trusted_{issuer_, keys_of(maker_)};
  Trusted other_trusted_{other_issuer_, keys_of(other_)};
  std::vector<Trusted*> accepted_{&trusted_};
  json::Parser parser_;
  struct alignas(4096) Memory {
    unsigned char bytes[Shared::kMinSize];
  };
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  Shared& shared_ =
      *Shared::lay_out(memory_.get(), sizeof(Memory), {.cache = sizeof(Memory) / 2}, system_random());
};

TEST_F(DecideTest, AGoodTokenPasses) {
  const std::string authorization = good();
  const Result<VerifiedToken, Verdict> token = verify(authorization);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, &issuer_);
  EXPECT_TRUE(standing(token).passes());
}

TEST_F(DecideTest, NoTokenAMalformedOneAndABadOneAreToldApart) {
  EXPECT_EQ(verdict("Basic YTpi"), "no_token");
  EXPECT_EQ(verdict("Bearer"), "malformed_authorization");
  EXPECT_EQ(verdict("Bearer x"), "malformed_token");
  EXPECT_EQ(verdict("Bearer " + other_.token()), "unknown_key");
}

TEST_F(DecideTest, EachTrustedIssuerMayVouch) {
  accepted_.push_back(&other_trusted_);
  const std::string authorization = "Bearer " + other_.token();
  const Result<VerifiedToken, Verdict> token = verify(authorization);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, &other_issuer_);
}

TEST_F(DecideTest, OfSeveralIssuersTheOneThatCameFurthestSaysWhatIsWrong) {
  accepted_ = {&other_trusted_, &trusted_, &other_trusted_};
  EXPECT_EQ(verdict("Bearer " + maker_.token({{"aud", R"("somebody")"}})), "wrong_audience");
}

TEST_F(DecideTest, EveryKindOfBlockIsSeen) {
  for (const auto& [text, code] : {std::pair<std::string, std::string>{"device:device-1", "device_blocked"},
                                   {"session:session-1", "session_blocked"},
                                   {"user:user-1", "user_blocked"},
                                   {"token:token-1", "token_blocked"}}) {
    block(text);
    EXPECT_EQ(verdict(good()), code);
    shared_.blocks().remove(shared_.key_of(text));
    EXPECT_EQ(verdict(good()), "ok");
  }
}

TEST_F(DecideTest, AUserBlockUpToAMomentRefusesWhatWasIssuedByThen) {
  block("user:user-1", {.before = now_ - 100});
  EXPECT_EQ(verdict("Bearer " + maker_.token({{"iat", std::to_string(now_ - 100)}})), "user_blocked");
  EXPECT_EQ(verdict("Bearer " + maker_.token({{"iat", std::to_string(now_ - 99)}})), "ok");
}

TEST_F(DecideTest, AProvisionalBlockRefusesButOfAUserNothingIsSaidYet) {
  block("user:user-1", {.provisional = true});
  EXPECT_EQ(verdict(good()), "block_pending");
  block("device:device-1", {.provisional = true});
  EXPECT_EQ(verdict(good()), "device_blocked");
}

TEST_F(DecideTest, ACertainBlockOutweighsAPendingOne) {
  block("user:user-1", {.provisional = true});
  block("token:token-1");
  EXPECT_EQ(verdict(good()), "token_blocked");
}

TEST_F(DecideTest, BeforeTheFirstCompleteSetNobodyIsJudged) {
  shared_.complete = false;
  for (const std::string& authorization : {good(), std::string("Bearer x"), std::string("Basic YTpi")})
    EXPECT_EQ(verdict(authorization), "stale");
}

// Whoever is asked for a token would be refused with it.
TEST_F(DecideTest, BeforeThatSetIsConfirmedNobodyIsJudgedEither) {
  shared_.confirmed_at = 0;
  EXPECT_EQ(verdict(good()), "stale");
  EXPECT_EQ(verdict("Bearer x"), "stale");
}

TEST_F(DecideTest, ASetThatIsNotConfirmedDecidesUntilItIsStale) {
  const std::string authorization = good();
  const Result<VerifiedToken, Verdict> token = verify(authorization);
  ASSERT_TRUE(token);
  EXPECT_TRUE(standing(token, kMonotonic + kStale.after.count()).passes());
  EXPECT_EQ(standing(token, kMonotonic + kStale.after.count() + 1).status, Status::kStale);
}

TEST_F(DecideTest, AStaleSetThatIsAllowedStillHasItsBlocks) {
  constexpr Staleness kAllowed{.after = kStale.after, .allow = true};
  const Result<VerifiedToken, Verdict> token = verify(good());
  ASSERT_TRUE(token);
  const auto later = [&] {
    return check_standing(token, shared_, kAllowed, now_, kMonotonic + kAllowed.after.count() + 1);
  };
  EXPECT_EQ(later().status, Status::kStaleAllowed);
  EXPECT_TRUE(later().passes());
  block("session:session-1");
  EXPECT_EQ(later().status, Status::kSessionBlocked);
  shared_.complete = false;
  EXPECT_EQ(later().status, Status::kStale) << "there was never a complete set";
}

TEST_F(DecideTest, AFullZoneRefusesEveryToken) {
  shared_.overflow = true;
  EXPECT_EQ(verdict(good()), "zone_full");
}

TEST_F(DecideTest, ABadTokenIsRefusedAsSuchAlsoWhenTheSetIsStale) {
  shared_.confirmed_at = kMonotonic - kStale.after.count() - 1;
  EXPECT_EQ(verdict(good()), "stale");
  EXPECT_EQ(verdict("Bearer x"), "malformed_token");
}

TEST_F(DecideTest, AVerifiedTokenStillExpires) {
  const std::string authorization = good();
  const Result<VerifiedToken, Verdict> token = verify(authorization);
  ASSERT_TRUE(token);
  const Verdict later = check_standing(token, shared_, kStale, now_ + 3600, kMonotonic);
  EXPECT_EQ(later.status, Status::kBadToken);
  EXPECT_EQ(later.error, jose::Error::kExpired);
}

// Each of these first has the token in the cache.
class DecideCachedTest : public DecideTest {
 protected:
  DecideCachedTest() { remember(); }

  void remember() {
    EXPECT_EQ(verdict(authorization_), "ok");
    const std::uint64_t hits = shared_.cache_hits.value();
    EXPECT_EQ(verdict(authorization_), "ok");
    EXPECT_EQ(shared_.cache_hits.value(), hits + 1) << "it is not in the cache";
  }
  // What a gate with this issuer makes of it.
  std::string verdict_by(const Issuer& issuer) {
    Trusted changed(issuer, keys_of(maker_));
    accepted_ = {&changed};
    std::string said = verdict(authorization_);
    accepted_ = {&trusted_};
    return said;
  }

  const std::string authorization_ = good();
};

TEST_F(DecideCachedTest, IsFoundWithTheSameFacts) {
  const Result<VerifiedToken, Verdict> cached = verify(authorization_);
  const std::string again = good();
  const Result<VerifiedToken, Verdict> fresh = verify(again);
  ASSERT_TRUE(cached && fresh);
  EXPECT_EQ(cached->facts.device, fresh->facts.device);
  EXPECT_EQ(cached->facts.voucher, fresh->facts.voucher);
  EXPECT_EQ(cached->issuer, &issuer_);
  EXPECT_EQ("Bearer " + std::string(cached->text), authorization_);
}

TEST_F(DecideCachedTest, IsRefusedByAnotherIssuer) {
  Issuer other = issuer_of();
  other.claims.issuer = "https://other.example.com";
  EXPECT_EQ(verdict_by(other), "wrong_issuer");
  accepted_ = {&other_trusted_};
  EXPECT_EQ(verdict(authorization_), "unknown_key");
}

TEST_F(DecideCachedTest, IsRefusedByAnotherAudience) {
  Issuer other = issuer_of();
  other.claims.audiences = {"somebody"};
  EXPECT_EQ(verdict_by(other), "wrong_audience");
}

TEST_F(DecideCachedTest, IsJudgedAnewByEveryOtherPolicy) {
  Issuer type = issuer_of();
  type.claims.type = "jwt";
  EXPECT_EQ(verdict_by(type), "bad_type");
  Issuer algorithms = issuer_of();
  algorithms.algorithms = {jose::Algorithm::kES256};
  EXPECT_EQ(verdict_by(algorithms), "unsupported_algorithm");
  Issuer claim = issuer_of();
  claim.claims.device_claim = "browser";
  EXPECT_EQ(verdict_by(claim), "missing_claim");
  claim = issuer_of();
  claim.claims.subject_claim = "user_id";
  EXPECT_EQ(verdict_by(claim), "missing_claim");
  claim = issuer_of();
  claim.claims.session_claim = "login";
  EXPECT_EQ(verdict_by(claim), "missing_claim");
  Issuer age = issuer_of();
  age.claims.max_age = std::chrono::seconds(10);
  now_ += 60;
  EXPECT_EQ(verdict_by(age), "too_old");
}

TEST_F(DecideCachedTest, IsBlockedByTheIdsOfTheOtherPolicy) {
  block("user:x-user-1");
  EXPECT_EQ(verdict(authorization_), "ok");
  Issuer prefixed = issuer_of();
  prefixed.block_prefix = "x-";
  EXPECT_EQ(verdict_by(prefixed), "user_blocked");
  block("device:device-1");
  EXPECT_EQ(verdict(authorization_), "device_blocked");
  Issuer unblockable = issuer_of();
  unblockable.blocks = false;
  EXPECT_EQ(verdict_by(unblockable), "ok");
  EXPECT_EQ(verdict(authorization_), "device_blocked");
}

TEST_F(DecideCachedTest, IsRefusedWhenItsKeyHasLeftTheSet) {
  trusted_.replace_keys(keys_of(other_));
  EXPECT_EQ(verdict(authorization_), "unknown_key");
  trusted_.replace_keys(jose::KeySet({other_.key().public_key(), maker_.key().public_key()}));
  EXPECT_EQ(verdict(authorization_), "ok");
}

TEST_F(DecideCachedTest, IsRefusedWhenItIsBlockedAndPassesOnceThatEnds) {
  for (const std::string text : {"device:device-1", "session:session-1", "user:user-1", "token:token-1"}) {
    block(text);
    EXPECT_NE(verdict(authorization_), "ok") << text;
    shared_.blocks().remove(shared_.key_of(text));
    EXPECT_EQ(verdict(authorization_), "ok") << text;
  }
}

TEST_F(DecideCachedTest, Expires) {
  now_ += 304;
  EXPECT_EQ(verdict(authorization_), "ok") << "within the leeway";
  now_ += 1;
  EXPECT_EQ(verdict(authorization_), "expired");
}

TEST_F(DecideCachedTest, IsNotYetValidForAClockThatWasSetBack) {
  now_ -= 60;
  EXPECT_EQ(verdict(authorization_), "not_yet_valid");
}

TEST_F(DecideCachedTest, VouchesForNoAlteredCopy) {
  std::string altered = authorization_;
  for (std::size_t i = altered.rfind(' ') + 1; i < altered.size(); ++i) {
    const char before = altered[i];
    altered[i] = before == 'A' ? 'B' : 'A';
    EXPECT_NE(verdict(altered), "ok") << i;
    altered[i] = before;
  }
}

class DecideCachedWithEachAlgorithm : public DecideTest, public testing::WithParamInterface<jose::Algorithm> {
 protected:
  DecideCachedWithEachAlgorithm() {
    accepted_ = {&by_algorithm_};
    for (int i = 0; i < 2; ++i) EXPECT_EQ(verdict("Bearer " + token_), "ok");
    EXPECT_EQ(shared_.cache_hits.value(), 1U);
  }

  const TokenMaker signer_{GetParam()};
  const Issuer issuer_with_algorithm_ = [] {
    Issuer issuer = issuer_of();
    issuer.algorithms = {GetParam()};
    return issuer;
  }();
  Trusted by_algorithm_{issuer_with_algorithm_, keys_of(signer_)};
  const std::string token_ = signer_.token();
};
INSTANTIATE_TEST_SUITE_P(Decide, DecideCachedWithEachAlgorithm,
                         testing::Values(jose::Algorithm::kEdDSA, jose::Algorithm::kES256,
                                         jose::Algorithm::kRS256, jose::Algorithm::kPS256),
                         [](const auto& info) { return std::string(jose::name(info.param)); });

TEST_P(DecideCachedWithEachAlgorithm, VouchesForNoFlippedBit) {
  std::string altered = token_;
  for (std::size_t i = 0; i < altered.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      altered[i] = static_cast<char>(altered[i] ^ 1 << bit);
      const TokenText text{TokenText::Kind::kToken, altered};
      EXPECT_FALSE(verify_token(text, accepted_, shared_, now_, parser_)) << "byte " << i << ", bit " << bit;
      altered[i] = static_cast<char>(altered[i] ^ 1 << bit);
    }
  }
  EXPECT_EQ(shared_.cache_hits.value(), 1U);
}

TEST_P(DecideCachedWithEachAlgorithm, VouchesForNoOtherSignatureOfAnyLength) {
  const std::string input = token_.substr(0, token_.rfind('.') + 1);
  for (std::size_t size = 0; size < 64 * 1024; size = size < 600 ? size + 1 : size * 2)
    EXPECT_NE(verdict("Bearer " + input + std::string(size, 'A')), "ok") << size;
}

TEST_P(DecideCachedWithEachAlgorithm, VouchesForNoOtherHeaderOverTheSameClaims) {
  const std::string rest = token_.substr(token_.find('.'));
  const std::string kid = signer_.key().public_key().kid();
  for (const std::string alg : {"none", "None", "NONE", "nOnE", "HS256", "HS512", "RS256", "ES256", "PS256",
                                "EdDSA", "ES384", "RS512", ""}) {
    for (const std::string& signature : {rest.substr(rest.find('.', 1) + 1), std::string()}) {
      const std::string header = R"({"alg":")" + alg + R"(","typ":"at+jwt","kid":")" + kid + "\"}";
      EXPECT_NE(verdict("Bearer " + jose::base64url_encode(header) + rest.substr(0, rest.find('.', 1) + 1) +
                        signature),
                "ok")
          << alg;
    }
  }
}

TEST_P(DecideCachedWithEachAlgorithm, IsRefusedAtAnIssuerThatAcceptsAnotherAlgorithm) {
  Issuer other = issuer_of();
  other.algorithms = {GetParam() == jose::Algorithm::kEdDSA ? jose::Algorithm::kES256
                                                            : jose::Algorithm::kEdDSA};
  Trusted changed(other, keys_of(signer_));
  accepted_ = {&changed};
  EXPECT_EQ(verdict("Bearer " + token_), "unsupported_algorithm");
}

TEST_F(DecideTest, AnIssuerWithoutKeysIsWaitedForUnlessTheTokenIsBadAnyway) {
  trusted_.replace_keys({});
  EXPECT_EQ(verdict(good()), "no_keys");
  EXPECT_EQ(verdict("Bearer x"), "malformed_token");
  accepted_ = {&trusted_, &other_trusted_};
  EXPECT_EQ(verdict(good()), "no_keys");
  EXPECT_EQ(verdict("Bearer " + other_.token()), "ok") << "another one has keys";
  EXPECT_EQ(verdict("Bearer " + other_.token({{"aud", R"("x")"}})), "wrong_audience");
}

TEST_F(DecideTest, OnlyATokenThatWasVerifiedEntersTheCache) {
  const std::string bad = "Bearer " + maker_.token({{"aud", R"("somebody")"}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(verdict(bad), "wrong_audience");
  EXPECT_EQ(shared_.cache_hits.value(), 0U);
}

TEST_F(DecideTest, ATokenThatIsTooLongForTheCacheIsVerifiedEachTime) {
  const std::string longer =
      "Bearer " + maker_.token({{"extra", '"' + std::string(TokenCache::kMaxTokenSize, 'x') + '"'}});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(verdict(longer), "ok");
  EXPECT_EQ(shared_.cache_hits.value(), 0U);
  block("device:device-1");
  EXPECT_EQ(verdict(longer), "device_blocked");
}

}  // namespace
}  // namespace gatehouse::gate
