#include "accounts/password_reset.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include "accounts/password_change.hpp"
#include "accounts/refresh.hpp"
#include "accounts/verification.hpp"
#include "notify/templates.hpp"
#include "test/accounts/password_reset.hpp"

namespace gatehouse::accounts {
namespace {

TEST_F(PasswordResetTest, SetsTheNewPasswordAndOpensNoSession) {
  for (const char* identifier : {"alice", "ALICE", "alice@example.org", "Alice@Example.Org"}) {
    const ChallengeId challenge = start(identifier);
    const std::string fresh = std::string("a new password by ") + identifier;
    EXPECT_EQ(finish(house.ports(), challenge, house.code_for(alice.email), fresh).value(),
              Enforcement::kActive);
    EXPECT_EQ(house.sql("select count(*) from session where ended_at is null"), "0");
    EXPECT_FALSE(logs_in(alice.password));
    EXPECT_TRUE(logs_in(fresh)) << identifier;
  }
  EXPECT_EQ(house.sql("select auth_version from account"), "5");
}

TEST_F(PasswordResetTest, EndsAllSessionsAtOnceAlsoWithinTheGraceWindow) {
  const Login here = house.sign_in(alice);
  const Login there = house.sign_in(alice);
  const Login bob = house.sign_in(house.member("bob"));
  const Refreshed refreshed = refresh(house.ports(), here.refresh_token, house.origin).value();
  const ChallengeId challenge = start("alice");
  ASSERT_EQ(outcome(challenge, house.code_for(alice.email)), "ok");
  for (const Secret* token : {&here.access_token, &refreshed.access_token, &there.access_token})
    EXPECT_FALSE(lets_in(*token));
  for (const Secret* token : {&here.refresh_token, &refreshed.refresh_token, &there.refresh_token})
    EXPECT_EQ(refresh(house.ports(), *token, house.origin).error().error, Error::kSessionEnded);
  for (const SessionId session : {here.session, there.session})
    EXPECT_TRUE(house.live.keys.contains(block_key(session).redis_key()));
  EXPECT_EQ(house.sql("select count(*) from session where end_reason = 'password_reset'"), "2");
  EXPECT_TRUE(house.mails_like("refresh_reused").empty()) << "this was no theft";
  EXPECT_TRUE(lets_in(bob.access_token));
}

TEST_F(PasswordResetTest, IsCommittedAlsoWhileRedisIsDark) {
  const Login login = house.sign_in(alice);
  const ChallengeId challenge = start("alice");
  house.live.dark = true;
  EXPECT_EQ(finish(house.ports(), challenge, house.code_for(alice.email)).value(), Enforcement::kPending);
  EXPECT_FALSE(lets_in(login.access_token));
  EXPECT_TRUE(logs_in(kNew));
}

TEST_F(PasswordResetTest, TellsTheOwnerByMailAndTheLog) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  EXPECT_EQ(outcome(challenge, wrong(code)), "invalid_code");
  EXPECT_EQ(outcome(challenge, code), "ok");
  ASSERT_EQ(house.mails_like("password_changed").size(), 1U);
  EXPECT_EQ(house.mails_like("password_changed").front().to, alice.email);
  EXPECT_EQ(
      house.sql("select string_agg(outcome || ':' || reason || ':' || identifier, ' ' order by time, id) "
                "from event where type = 'password_reset'"),
      "ok:requested:alice refused:invalid_code: ok::");
}

TEST_F(PasswordResetTest, MailsACodeThatFitsItsTemplate) {
  start("alice");
  const Mail mail = house.mails_like("reset_password").back();
  EXPECT_EQ(mail.to, alice.email);
  const auto text = notify::Templates("src/notify/templates").render(mail.template_name, mail.values);
  ASSERT_TRUE(text);
  EXPECT_NE(text->body.find("\n" + mail.values.at("code") + "\n"), std::string::npos);
  EXPECT_NE(text->body.find("alice"), std::string::npos);
  EXPECT_EQ(text->body.find("{{"), std::string::npos);
}

// What is written, to whom nothing is sent and what is answered later: all as for an account that is there.
TEST_F(PasswordResetTest, TreatsAnUnknownAccountLikeAKnownOne) {
  const auto rows = [&] {
    return house.sql(
        "select (select count(*) from challenge) || ' ' || (select count(*) from outbox) || ' ' || "
        "(select count(*) from event) || ' ' || (select sum(length(sealed)) from outbox) / 100");
  };
  const auto written = [&](const std::string& identifier) {
    house.sql("delete from challenge");
    house.sql("delete from outbox");
    house.sql("delete from event");
    const int woken = house.mail.woken;
    start(identifier);
    EXPECT_EQ(house.mail.woken, woken + 1);
    return rows();
  };
  const std::string known = written("alice");
  EXPECT_EQ(codes_sent(), 1U);
  for (const std::string& unknown :
       {std::string("nobody"), std::string("nobody@example.org"), std::string(), std::string("@"),
        std::string("a\0b", 3), std::string("\xFF\xFE"), std::string(5000, 'x')}) {
    EXPECT_EQ(written(unknown).substr(0, 5), known.substr(0, 5)) << unknown;
    EXPECT_EQ(codes_sent(), 0U);
    EXPECT_EQ(house.sql("select outcome || ':' || reason from event"), "refused:unknown_account");
  }
}

TEST_F(PasswordResetTest, AnswersToADecoyAsToAChallenge) {
  const ChallengeId decoy = start("nobody");
  const std::string code = house.mails_like("reset_password").back().values.at("code");
  const ChallengeId real = start("alice");
  EXPECT_EQ(outcome(decoy, code, "short"), "invalid_input");
  for (const ChallengeId challenge : {decoy, real}) {
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(outcome(challenge, challenge == decoy ? code : "x"), "invalid_code");
    EXPECT_EQ(outcome(challenge, "x"), "too_many_tries");
  }
  house.sql("update challenge set expires_at = now()");
  for (const ChallengeId challenge : {decoy, real}) EXPECT_EQ(outcome(challenge, "x"), "challenge_expired");
  EXPECT_TRUE(logs_in(alice.password));
}

TEST_F(PasswordResetTest, SendsNothingToADisabledAccount) {
  const ChallengeId before = start("alice");
  const std::string code = house.code_for(alice.email);
  house.sql("update account set disabled_at = now()");
  start("alice");
  EXPECT_EQ(codes_sent(), 1U);
  EXPECT_EQ(outcome(before, code), "invalid_code");
  house.sql("update account set disabled_at = null");
  EXPECT_TRUE(logs_in(alice.password));
}

TEST_F(PasswordResetTest, SendsNoMoreThanTenCodesADayToOneAddress) {
  std::latch together(40);
  std::vector<std::thread> callers;
  for (int i = 0; i < 40; ++i)
    callers.emplace_back([&, i] {
      together.arrive_and_wait();
      start(i % 2 == 0 ? "alice" : "alice@example.org");
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(codes_sent(), 10U);
  EXPECT_EQ(house.sql("select count(*) from challenge where purpose = 'reset_password'"), "40");
  house.member("bob");
  start("bob");
  EXPECT_EQ(codes_sent(), 11U) << "another address has its own";
  house.sql("update mail_count set since = since - interval '24 hours'");
  start("alice");
  EXPECT_EQ(codes_sent(), 12U);
}

TEST_F(PasswordResetTest, CountsTheAddressNotTheAccounts) {
  house.rules.challenge_daily = 100;
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(house.sign_up(
        {.username = "sock" + std::to_string(i), .email = alice.email, .password = "correct horse battery"}));
  house.rules.challenge_daily = 10;
  for (int i = 0; i < 20; ++i) start("sock" + std::to_string(i));
  EXPECT_EQ(codes_sent(), 10U);
}

TEST_F(PasswordResetTest, TakesNoCodeOfAnotherPurpose) {
  const Member bob{.username = "bob", .email = "bob@example.org", .password = "the password of bob"};
  const ChallengeId verification = house.sign_up(bob)->challenge;
  const std::string code = house.code_for(bob.email);
  EXPECT_EQ(outcome(verification, code), "not_found");
  EXPECT_EQ(outcome(verification, wrong(code)), "not_found");

  const ChallengeId reset = start("bob");
  const std::string reset_code = house.code_for(bob.email);
  EXPECT_EQ(verify_challenge(house.ports(), reset, reset_code, house.origin).error().error, Error::kNotFound);
  EXPECT_EQ(house.sql("select count(*) from challenge where tries_left < 5 or used_at is not null"), "1");
  EXPECT_TRUE(verify_challenge(house.ports(), verification, code, house.origin)) << "neither was harmed";
  EXPECT_EQ(outcome(reset, reset_code), "ok");
}

TEST_F(PasswordResetTest, TakesNoCodeOfAnotherAccount) {
  const Member bob = house.member("bob");
  const ChallengeId of_alice = start("alice");
  const ChallengeId of_bob = start("bob");
  const std::string code = house.code_for(bob.email);
  if (code != house.code_for(alice.email)) {
    EXPECT_EQ(outcome(of_alice, code), "invalid_code");
  }
  // Even the stored form of it proves nothing elsewhere.
  house.sql("update challenge set code_mac = (select code_mac from challenge where id = '" + of_bob.str() +
            "')");
  EXPECT_EQ(outcome(of_alice, code), "invalid_code");
  EXPECT_EQ(outcome(of_bob, code), "ok");
  EXPECT_TRUE(logs_in(alice.password));
}

TEST_F(PasswordResetTest, OfAnUnknownChallengeIsNotFound) {
  EXPECT_EQ(outcome(ChallengeId::generate(from_unix_seconds(1), system_random()), "123456"), "not_found");
}

TEST_F(PasswordResetTest, ComparesFiveOfAHundredGuessesAtOnce) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  std::atomic<int> compared = 0;
  std::atomic<int> refused = 0;
  std::latch together(100);
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i)
    callers.emplace_back([&] {
      together.arrive_and_wait();
      const std::string found = outcome(challenge, wrong(code));
      if (found == "invalid_code") ++compared;
      if (found == "too_many_tries") ++refused;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(compared, 5);
  EXPECT_EQ(refused, 95);
  EXPECT_EQ(outcome(challenge, code), "too_many_tries");
  EXPECT_TRUE(logs_in(alice.password));
}

TEST_F(PasswordResetTest, OfOneCodeByManyAtOnceSucceedsOnce) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  std::atomic<int> succeeded = 0;
  std::latch together(20);
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i)
    callers.emplace_back([&, i] {
      together.arrive_and_wait();
      if (outcome(challenge, code, "the password number " + std::to_string(i)) == "ok") ++succeeded;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(house.sql("select auth_version from account"), "2");
  EXPECT_EQ(house.mails_like("password_changed").size(), 1U);
}

TEST_F(PasswordResetTest, TakesACodeOnceAndInItsTime) {
  const ChallengeId used = start("alice");
  const std::string code = house.code_for(alice.email);
  ASSERT_EQ(outcome(used, code), "ok");
  EXPECT_EQ(outcome(used, code), "invalid_code");
  const ChallengeId late = start("alice");
  house.sql("update challenge set expires_at = now()");
  EXPECT_EQ(outcome(late, house.code_for(alice.email)), "challenge_expired");
  EXPECT_TRUE(logs_in(kNew));
}

TEST_F(PasswordResetTest, MakesTheOtherCodesWorthless) {
  const ChallengeId first = start("alice");
  const std::string first_code = house.code_for(alice.email);
  const ChallengeId second = start("alice");
  ASSERT_EQ(outcome(second, house.code_for(alice.email)), "ok");
  EXPECT_EQ(outcome(first, first_code, "yet another password"), "invalid_code");
  EXPECT_TRUE(logs_in(kNew));
}

TEST_F(PasswordResetTest, LeavesTheCodeGoodIfThePasswordIsNot) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  for (int i = 0; i < 6; ++i)
    for (const char* bad : {"short", "alice@example.org"}) {
      const Refusal refusal = finish(house.ports(), challenge, code, bad).error();
      EXPECT_EQ(refusal.error, Error::kInvalidInput) << bad;
      EXPECT_EQ(refusal.faults.at(0).member, "new_password");
    }
  EXPECT_EQ(outcome(challenge, wrong(code), "alice@example.org"), "invalid_code")
      << "whose address it is, is told only to who has the code";
  EXPECT_EQ(outcome(challenge, code), "ok");
}

TEST_F(PasswordResetTest, VerifiesTheAddressThatTheCodeWasSentTo) {
  const Member bob{.username = "bob", .email = "bob@example.org", .password = "the password of bob"};
  ASSERT_TRUE(house.sign_up(bob));
  ASSERT_EQ(reset("bob", bob.email), "ok");
  EXPECT_TRUE(house.try_sign_in("bob", kNew));
}

TEST_F(PasswordResetTest, TakesNoAddressFromWhoHasVerifiedIt) {
  ASSERT_TRUE(
      house.sign_up({.username = "mallory", .email = alice.email, .password = "the password of mallory"}));
  ASSERT_EQ(reset("mallory", alice.email), "ok");
  EXPECT_EQ(house.try_sign_in("mallory", kNew).error().error, Error::kEmailUnverified);
  EXPECT_TRUE(house.try_sign_in(alice.email, alice.password));
}

TEST_F(PasswordResetTest, FreesWhoHasGuessedTheirOwnPasswordTooOften) {
  const Principal me = house.principal(house.sign_in(alice));
  const auto change = [&](const Principal& principal, const std::string& current) {
    return change_password(house.ports(), principal,
                           {.current = Secret(current), .fresh = Secret(std::string("yet another one"))},
                           house.origin);
  };
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(change(me, "wrong password"));
  ASSERT_EQ(reset("alice", alice.email), "ok");
  const Principal back = house.principal(house.try_sign_in("alice", kNew).value());
  EXPECT_TRUE(change(back, kNew));
}

TEST_F(PasswordResetTest, IsRefusedFromABlockedAddress) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  house.live.keys["gatehouse:block:ip:192.0.2.7"] = "noise";
  EXPECT_EQ(start_reset(house.ports(), "alice", house.origin).error().error, Error::kAddressBlocked);
  EXPECT_EQ(outcome(challenge, code), "ip_blocked");
  EXPECT_EQ(codes_sent(), 1U);
}

TEST_F(PasswordResetTest, KeepsNoCodeAtRest) {
  start("alice");
  const std::string code = house.code_for(alice.email);
  const std::string dump = house.sql(
      "select string_agg(t, ' ') from (select encode(code_mac, 'escape') as t from challenge union all "
      "select encode(sealed, 'escape') from outbox union all select reason || identifier from event) "
      "all_rows");
  EXPECT_EQ(dump.find(code), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::accounts
