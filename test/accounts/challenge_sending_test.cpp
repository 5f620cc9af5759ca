#include "accounts/challenge_sending.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "accounts/verification.hpp"
#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using std::chrono::seconds;
using test::House;
using test::Member;

class Sending : public testing::Test {
 protected:
  Result<void, Refusal> resend(ChallengeId id) { return resend_challenge(house.ports(), id, house.origin); }
  Result<ChallengeId, Refusal> start(const std::string& email,
                                     const std::optional<std::string>& username = std::nullopt) {
    return start_email_challenge(house.ports(), email, username, house.origin);
  }
  // "ok", or the refusal's code.
  template <typename T>
  static std::string word(const Result<T, Refusal>& out) {
    return out ? "ok" : std::string(accounts::code(out.error().error));
  }
  std::string verify(ChallengeId id, const std::string& code) {
    return word(verify_challenge(house.ports(), id, code, house.origin));
  }
  // As if that much time had passed since the last mails.
  void pass(const std::string& interval) {
    house.sql("update mail_count set last_at = last_at - interval '" + interval +
              "', since = since - interval '" + interval + "'");
  }
  // How many mails there are to somebody.
  std::size_t mailed() {
    std::size_t count = 0;
    for (const Mail& mail : house.mails()) count += mail.to.empty() ? 0 : 1;
    return count;
  }

  House house;
  Member alice{.username = "alice", .email = "Alice@example.org", .password = "correct horse battery"};
  ChallengeId challenge = house.sign_up(alice).value().challenge;
  std::string first_code = house.code_for(alice.email);
};

using Resend = Sending;

TEST_F(Resend, MailsAnotherCodeAndTheOldOneIsWorthNothing) {
  pass("60 seconds");
  ASSERT_EQ(word(resend(challenge)), "ok");
  EXPECT_EQ(mailed(), 2U);
  EXPECT_EQ(house.mail.woken, 2);
  const std::string second_code = house.code_for(alice.email);
  if (second_code != first_code) {
    EXPECT_EQ(verify(challenge, first_code), "invalid_code");
  }
  EXPECT_EQ(verify(challenge, second_code), "ok");
}

TEST_F(Resend, WaitsAMinuteAndSaysHowLong) {
  const auto early = resend(challenge);
  ASSERT_EQ(word(early), "too_soon");
  EXPECT_GT(early.error().retry_after, seconds(0));
  EXPECT_LE(early.error().retry_after, seconds(60));
  pass("59 seconds");
  const auto later = resend(challenge);
  ASSERT_EQ(word(later), "too_soon");
  EXPECT_EQ(later.error().retry_after, seconds(1));
  EXPECT_EQ(mailed(), 1U);
  pass("1 second");
  EXPECT_EQ(word(resend(challenge)), "ok");
  EXPECT_EQ(word(resend(challenge)), "too_soon") << "the pause begins anew";
}

TEST_F(Resend, RevivesAChallengeThatIsOutOfTimeOrTries) {
  house.sql("update challenge set expires_at = now() - interval '1 hour', tries_left = 0");
  pass("60 seconds");
  ASSERT_EQ(word(resend(challenge)), "ok");
  EXPECT_EQ(verify(challenge, house.code_for(alice.email)), "ok");
}

// A stranger who has asked for the challenge is not to learn that the address was confirmed.
TEST_F(Resend, OfAChallengeThatIsDoneAnswersLikeADecoyAndMailsNobody) {
  pass("60 seconds");
  const ChallengeId other = start(alice.email).value();
  ASSERT_EQ(verify(other, house.code_for(alice.email)), "ok");
  const ChallengeId decoy = start("nobody@example.org").value();
  const std::size_t before = mailed();
  for (const ChallengeId id : {challenge, other, decoy}) {
    house.sql("update challenge set tries_left = 2, expires_at = now() + interval '1 minute'");
    pass("60 seconds");
    std::string answers;
    for (int i = 0; i < 3; ++i) answers += verify(id, "none") + " ";
    answers += word(resend(id)) + " ";
    for (int i = 0; i < 6; ++i) answers += verify(id, "none") + " ";
    house.sql("update challenge set expires_at = now()");
    answers += verify(id, "none") + " " + word(resend(id));
    EXPECT_EQ(answers,
              "invalid_code invalid_code too_many_tries ok invalid_code invalid_code invalid_code "
              "invalid_code invalid_code too_many_tries challenge_expired too_soon");
    EXPECT_EQ(house.mails().back().to, "");
  }
  EXPECT_EQ(mailed(), before);
}

TEST_F(Resend, OfAChallengeThatIsDoneMakesNoCodeThatWorks) {
  ASSERT_EQ(verify(challenge, first_code), "ok");
  pass("60 seconds");
  ASSERT_EQ(word(resend(challenge)), "ok");
  EXPECT_EQ(verify(challenge, house.mails().back().values.at("code")), "invalid_code");
}

TEST_F(Resend, OfNoChallengeIsNotFound) {
  EXPECT_EQ(word(resend(ChallengeId::generate(from_unix_seconds(1), system_random()))), "not_found");
}

TEST_F(Resend, EndsWithTheDailyCapAndBeginsAgainTheDayAfter) {
  for (int i = 1; i < 10; ++i) {
    pass("60 seconds");
    ASSERT_EQ(word(resend(challenge)), "ok") << i;
  }
  pass("60 seconds");
  const auto capped = resend(challenge);
  ASSERT_EQ(word(capped), "too_many_mails");
  EXPECT_GT(capped.error().retry_after, std::chrono::hours(23));
  EXPECT_LE(capped.error().retry_after, std::chrono::hours(24));
  EXPECT_EQ(mailed(), 10U);
  pass("24 hours");
  EXPECT_EQ(word(resend(challenge)), "ok");
}

TEST_F(Resend, OfAHundredAtOnceSendsOneMail) {
  pass("60 seconds");
  std::atomic<int> sent = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i)
    callers.emplace_back([&] {
      if (resend(challenge)) ++sent;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sent, 1);
  EXPECT_EQ(mailed(), 2U);
}

TEST_F(Resend, ToATakenAddressTellsItsOwnerAgainAndNotTheCaller) {
  house.member("bob");
  const auto mallory =
      house.sign_up({.username = "mallory", .email = "BOB@example.org", .password = "correct horse battery"});
  pass("60 seconds");
  ASSERT_EQ(word(resend(mallory->challenge)), "ok");
  const Mail newest = house.mails().back();
  EXPECT_EQ(newest.template_name, "already_registered");
  EXPECT_EQ(newest.to, "bob@example.org");
  EXPECT_FALSE(newest.values.contains("code"));
  EXPECT_FALSE(newest.values.contains("link"));
}

TEST_F(Resend, IsRefusedToABlockedAddress) {
  pass("60 seconds");
  house.live.keys["gatehouse:block:ip:" + house.origin.ip] = "spam";
  EXPECT_EQ(word(resend(challenge)), "ip_blocked");
  EXPECT_EQ(word(start(alice.email)), "ip_blocked");
  EXPECT_EQ(mailed(), 1U);
}

TEST_F(Resend, IsLoggedWithItsOutcome) {
  (void)resend(challenge);
  pass("60 seconds");
  (void)resend(challenge);
  EXPECT_EQ(house.sql("select string_agg(outcome || ':' || reason, ' ' order by time, id) from event "
                      "where type = 'challenge' and account_id is not null"),
            "refused:too_soon ok:");
}

using Cap = Sending;

TEST_F(Cap, HoldsForRegistrationsOfOneAddressInEverySpelling) {
  for (int i = 1; i < 10; ++i)
    ASSERT_TRUE(house.sign_up({.username = "user" + std::to_string(i),
                               .email = i % 2 == 0 ? "alice@EXAMPLE.org" : "ALICE@example.org",
                               .password = alice.password}));
  const auto out =
      house.sign_up({.username = "another", .email = "alice@example.org", .password = alice.password});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().error, Error::kTooManyMails);
  EXPECT_EQ(house.sql("select count(*) from account where username = 'another'"), "0");
  EXPECT_EQ(mailed(), 10U);
  EXPECT_TRUE(house.sign_up({.username = "another", .email = "b@example.org", .password = alice.password}));
}

TEST_F(Cap, IsNotUsedUpByRegistrationsThatAreRefused) {
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(house.sign_up(alice)) << "the name is taken";
  pass("60 seconds");
  EXPECT_EQ(word(resend(challenge)), "ok");
}

TEST_F(Cap, OfFiftyRegistrationsAtOnceLetsTenThrough) {
  std::atomic<int> registered = 0;
  std::atomic<int> capped = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 50; ++i)
    callers.emplace_back([&, i] {
      const auto out = house.sign_up(
          {.username = "user" + std::to_string(i), .email = "b@example.org", .password = alice.password});
      if (out) ++registered;
      if (!out && out.error().error == Error::kTooManyMails) ++capped;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(registered, 10);
  EXPECT_EQ(capped, 40);
}

TEST_F(Cap, KeepsNoAddressInTheClear) {
  ASSERT_EQ(word(start("nobody@example.org")), "ok");
  EXPECT_EQ(house.sql("select count(*) from mail_count where octet_length(address_mac) = 32"), "2");
  EXPECT_EQ(house.sql("select count(*) from challenge where octet_length(address_mac) = 32"), "1");
}

using Start = Sending;

TEST_F(Start, MailsACodeForTheAccountThatClaimsTheAddress) {
  pass("60 seconds");
  const auto started = start("ALICE@example.org");
  ASSERT_EQ(word(started), "ok");
  EXPECT_EQ(mailed(), 2U);
  EXPECT_EQ(house.mails().back().to, alice.email);
  EXPECT_EQ(verify(*started, house.code_for(alice.email)), "ok");
}

TEST_F(Start, OfAnAddressThatSeveralClaimMailsNobodyUnlessItSaysForWhom) {
  ASSERT_TRUE(
      house.sign_up({.username = "mallory", .email = "alice@example.org", .password = alice.password}));
  pass("60 seconds");
  const auto unsaid = start(alice.email);
  ASSERT_EQ(word(unsaid), "ok");
  EXPECT_EQ(house.mails().back().to, "");
  for (const char* nobody : {"bob", "", "not a name"}) {
    pass("60 seconds");
    ASSERT_EQ(word(start(alice.email, nobody)), "ok") << nobody;
    EXPECT_EQ(house.mails().back().to, "") << nobody;
  }
  pass("60 seconds");
  const auto said = start(alice.email, "ALICE");
  ASSERT_EQ(word(said), "ok");
  const auto verified =
      verify_challenge(house.ports(), *said, house.mails().back().values.at("code"), house.origin);
  ASSERT_EQ(word(verified), "ok");
  EXPECT_EQ(verified->username, "alice");
  EXPECT_EQ(house.sql("select username from account where email_verified_at is not null"), "alice");
}

TEST_F(Start, ForAUsernameCountsTheAddressThatWasAskedForAndTellsNothingOfItsOwn) {
  pass("60 seconds");
  const auto started = start("nobody@example.org", "alice");
  ASSERT_EQ(word(started), "ok");
  EXPECT_EQ(house.mails().back().to, "");
  EXPECT_EQ(word(start("nobody@example.org")), "too_soon");
  EXPECT_EQ(word(start(alice.email)), "ok");
}

TEST_F(Start, RefusesWhatIsNoAddress) {
  for (const char* bad : {"", "alice", "a@b", "a@b.org\r\nBcc: c@d.org"})
    EXPECT_EQ(word(start(bad)), "invalid_input") << bad;
}

// An address with something to confirm, one that is confirmed and one that nobody has.
TEST_F(Start, AnswersAlikeForEveryAddress) {
  house.member("bob");
  pass("60 seconds");
  for (const char* email : {"alice@example.org", "bob@example.org", "nobody@example.org"}) {
    const std::size_t before = mailed();
    const std::size_t rows = house.mails().size();
    const auto started = start(email);
    ASSERT_EQ(word(started), "ok") << email;
    EXPECT_EQ(mailed() - before, email == std::string("alice@example.org") ? 1U : 0U) << email;
    EXPECT_EQ(house.mails().size() - rows, 1U) << email;
    EXPECT_EQ(word(start(email)), "too_soon") << email;
    EXPECT_EQ(word(resend(*started)), "too_soon") << email;
    pass("60 seconds");
    EXPECT_EQ(word(resend(*started)), "ok") << email;
    std::string guesses;
    for (int i = 0; i < 6; ++i) guesses += verify(*started, "none") + " ";
    EXPECT_EQ(guesses, "invalid_code invalid_code invalid_code invalid_code invalid_code too_many_tries ");
    house.sql("update challenge set expires_at = now()");
    EXPECT_EQ(verify(*started, "none"), "challenge_expired") << email;
    pass("60 seconds");
    int sent = 0;
    for (; word(resend(*started)) == "ok"; ++sent) pass("60 seconds");
    EXPECT_EQ(word(resend(*started)), "too_many_mails") << email;
    house.sql("delete from mail_count");
    pass("60 seconds");
  }
}

TEST_F(Start, OfADecoyTakesNotEvenTheCodeThatNobodyGot) {
  const auto started = start("nobody@example.org");
  const Mail mail = house.mails().back();
  ASSERT_EQ(mail.to, "");
  EXPECT_EQ(verify(*started, mail.values.at("code")), "invalid_code");
}

}  // namespace
}  // namespace gatehouse::accounts
