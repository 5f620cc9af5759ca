#include "module/decide.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "test/support/tokens.hpp"

namespace gatehouse::gate {
namespace {

using test::TokenMaker;

class DecideTest : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kStale{1000};
  static constexpr Monotonic kMonotonic = 5000;

  DecideTest() {
    shared_.complete = true;
    shared_.confirmed_at = kMonotonic;
  }

  static Issuer issuer_of(const TokenMaker& maker) {
    Issuer issuer;
    issuer.name = "main";
    issuer.claims.issuer = TokenMaker::issuer();
    issuer.claims.audiences = {TokenMaker::audience()};
    issuer.keys = jose::KeySet({maker.key().public_key()});
    return issuer;
  }

  Result<VerifiedToken, Verdict> verify(const std::string& authorization) {
    return verify_token(bearer_token(authorization), issuers_, now_, parser_);
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

  const std::int64_t now_ = std::time(nullptr);
  TokenMaker maker_;
  TokenMaker other_;
  const Issuer issuer_ = issuer_of(maker_);
  const Issuer other_issuer_ = issuer_of(other_);
  std::vector<const Issuer*> issuers_{&issuer_};
  json::Parser parser_;
  struct alignas(4096) Memory {
    unsigned char bytes[Shared::kMinSize];
  };
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  Shared& shared_ = *Shared::lay_out(memory_.get(), sizeof(Memory), system_random());
};

TEST_F(DecideTest, AGoodTokenPasses) {
  const Result<VerifiedToken, Verdict> token = verify(good());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->claims.subject, maker_.subject());
  EXPECT_EQ(token->issuer, &issuer_);
  EXPECT_TRUE(standing(token).ok());
}

TEST_F(DecideTest, NoTokenAMalformedOneAndABadOneAreToldApart) {
  EXPECT_EQ(verdict("Basic YTpi"), "no_token");
  EXPECT_EQ(verdict("Bearer"), "malformed_authorization");
  EXPECT_EQ(verdict("Bearer x"), "malformed_token");
  EXPECT_EQ(verdict("Bearer " + other_.token()), "unknown_key");
}

TEST_F(DecideTest, EachTrustedIssuerMayVouch) {
  issuers_.push_back(&other_issuer_);
  const Result<VerifiedToken, Verdict> token = verify("Bearer " + other_.token());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, &other_issuer_);
}

TEST_F(DecideTest, OfSeveralIssuersTheOneThatCameFurthestSaysWhatIsWrong) {
  issuers_ = {&other_issuer_, &issuer_, &other_issuer_};
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

TEST_F(DecideTest, ASetThatIsNotConfirmedDecidesUntilItIsStale) {
  const Result<VerifiedToken, Verdict> token = verify(good());
  ASSERT_TRUE(token);
  EXPECT_TRUE(standing(token, kMonotonic + kStale.count()).ok());
  EXPECT_EQ(standing(token, kMonotonic + kStale.count() + 1).status, Status::kStale);
}

TEST_F(DecideTest, AFullZoneRefusesEveryToken) {
  shared_.overflow = true;
  EXPECT_EQ(verdict(good()), "zone_full");
}

TEST_F(DecideTest, ABadTokenIsRefusedAsSuchAlsoWhenTheSetIsStale) {
  shared_.confirmed_at = kMonotonic - kStale.count() - 1;
  EXPECT_EQ(verdict(good()), "stale");
  EXPECT_EQ(verdict("Bearer x"), "malformed_token");
}

TEST_F(DecideTest, AVerifiedTokenStillExpires) {
  const Result<VerifiedToken, Verdict> token = verify(good());
  ASSERT_TRUE(token);
  const Verdict later = check_standing(token, shared_, kStale, now_ + 3600, kMonotonic);
  EXPECT_EQ(later.status, Status::kBadToken);
  EXPECT_EQ(later.error, jose::Error::kExpired);
}

}  // namespace
}  // namespace gatehouse::gate
