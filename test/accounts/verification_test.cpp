#include "accounts/verification.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

class Verification : public testing::Test {
 protected:
  Result<Verified, Refusal> verify(const std::string& code) {
    return verify_challenge(house.ports(), challenge, code, house.origin);
  }
  Error error_of(const std::string& code) { return verify(code).error().error; }
  std::string wrong() const { return code == "000000" ? "000001" : "000000"; }
  std::string verified() { return house.sql("select email_verified_at is not null from account"); }

  House house;
  Member alice{.username = "alice", .email = "alice@example.org", .password = "correct horse battery"};
  ChallengeId challenge = house.sign_up(alice).value().challenge;
  std::string code = house.code_for(alice.email);
};

TEST_F(Verification, TakesTheCodeThatWasMailed) {
  const auto out = verify(code);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->purpose, Purpose::kVerifyEmail);
  EXPECT_EQ(out->username, "alice");
  EXPECT_EQ(verified(), "t");
}

TEST_F(Verification, TakesACodeOnce) {
  ASSERT_TRUE(verify(code));
  EXPECT_EQ(error_of(code), Error::kInvalidCode);
}

TEST_F(Verification, ForgivesFourWrongCodesAndNotAFifth) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(error_of(wrong()), Error::kInvalidCode);
  EXPECT_TRUE(verify(code));

  const auto second =
      house.sign_up({.username = "bob", .email = "bob@example.org", .password = alice.password});
  challenge = second->challenge;
  code = house.code_for("bob@example.org");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of(wrong()), Error::kInvalidCode);
  EXPECT_EQ(error_of(code), Error::kTooManyTries);
}

TEST_F(Verification, TakesNothingThatOnlyLooksLikeTheCode) {
  for (const std::string& bad :
       {std::string(), code + " ", " " + code, code + std::string(1, '\0'), code.substr(1)}) {
    house.sql("update challenge set tries_left = 5");
    EXPECT_EQ(error_of(bad), Error::kInvalidCode) << bad;
  }
  EXPECT_EQ(verified(), "f");
}

TEST_F(Verification, EndsWithItsTime) {
  house.sql("update challenge set expires_at = now()");
  EXPECT_EQ(error_of(code), Error::kChallengeExpired);
  EXPECT_EQ(verified(), "f");
}

TEST_F(Verification, KnowsOnlyItsOwnCode) {
  const auto second =
      house.sign_up({.username = "bob", .email = "bob@example.org", .password = alice.password});
  // Even if both had the same code, what is stored is bound to the challenge.
  house.sql("update challenge set code_mac = (select code_mac from challenge order by created_at limit 1)");
  EXPECT_TRUE(verify(code));
  EXPECT_EQ(verify_challenge(house.ports(), second->challenge, code, house.origin).error().error,
            Error::kInvalidCode);
}

TEST_F(Verification, OfAnUnknownChallengeIsNotFound) {
  challenge = ChallengeId::generate(from_unix_seconds(1), system_random());
  EXPECT_EQ(error_of(code), Error::kNotFound);
}

TEST_F(Verification, CountsEveryTryOfAParallelAttack) {
  std::atomic<int> compared = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i)
    callers.emplace_back([&] {
      const auto out = verify(wrong());
      ++(out.error().error == Error::kInvalidCode ? compared : refused);
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(compared, 5);
  EXPECT_EQ(refused, 95);
  EXPECT_EQ(error_of(code), Error::kTooManyTries);
}

TEST_F(Verification, OfOneCodeByManyAtOnceSucceedsOnce) {
  std::atomic<int> verified = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i)
    callers.emplace_back([&] {
      if (verify(code)) ++verified;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(verified, 1);
}

TEST_F(Verification, OfOneAddressByTwoAccountsIsWonByTheFirst) {
  const auto second =
      house.sign_up({.username = "bob", .email = "ALICE@example.org", .password = alice.password});
  const std::string second_code = house.code_for("ALICE@example.org");
  ASSERT_TRUE(verify(code));
  EXPECT_EQ(verify_challenge(house.ports(), second->challenge, second_code, house.origin).error().error,
            Error::kEmailTaken);
  EXPECT_EQ(house.sql("select count(*) from account where email_verified_at is not null"), "1");
}

TEST_F(Verification, OfOneAddressByManyAccountsAtOnceIsWonByOne) {
  struct Rival {
    ChallengeId challenge;
    std::string code;
  };
  house.rules.challenge_daily = 100;
  std::vector<Rival> rivals{{challenge, code}};
  for (int i = 0; i < 15; ++i) {
    const auto out = house.sign_up(
        {.username = "rival" + std::to_string(i), .email = alice.email, .password = alice.password});
    rivals.push_back({out->challenge, house.code_for(alice.email)});
  }
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> callers;
  for (const Rival& rival : rivals)
    callers.emplace_back([&] {
      const auto out = verify_challenge(house.ports(), rival.challenge, rival.code, house.origin);
      ++(out ? won : lost);
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 15);
  EXPECT_EQ(house.sql("select count(*) from account where email_verified_at is not null"), "1");
}

// A code that was used is as worthless as any other, and must not be known by its answers.
TEST_F(Verification, OfAUsedChallengeAnswersAsOfAnOpenOne) {
  ASSERT_TRUE(verify(code));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of(code), Error::kInvalidCode) << i;
  EXPECT_EQ(error_of(code), Error::kTooManyTries);
  house.sql("update challenge set expires_at = now()");
  EXPECT_EQ(error_of(code), Error::kChallengeExpired);
}

TEST_F(Verification, IsRefusedToABlockedAddress) {
  house.live.keys["gatehouse:block:ip:" + house.origin.ip] = "spam";
  EXPECT_EQ(error_of(code), Error::kAddressBlocked);
  EXPECT_EQ(error_of(wrong()), Error::kAddressBlocked);
  EXPECT_EQ(house.sql("select tries_left from challenge"), "5");
  house.live.keys.clear();
  EXPECT_TRUE(verify(code));
}

TEST_F(Verification, IsLoggedWithItsOutcome) {
  (void)verify(wrong());
  ASSERT_TRUE(verify(code));
  EXPECT_EQ(house.sql("select string_agg(outcome || ':' || reason, ' ' order by time, id) from event where "
                      "type = 'verify'"),
            "refused:invalid_code ok:");
}

}  // namespace
}  // namespace gatehouse::accounts
