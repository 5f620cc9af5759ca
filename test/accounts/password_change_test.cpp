#include "accounts/password_change.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "accounts/logout.hpp"
#include "accounts/password_reset.hpp"
#include "accounts/refresh.hpp"
#include "notify/templates.hpp"
#include "test/support/house.hpp"
#include "test/support/late_database.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::LateDatabase;
using test::Member;

constexpr const char* kNew = "a brand new password";

class PasswordChangeTest : public testing::Test {
 protected:
  Result<Enforcement, Refusal> change(Ports& ports, const std::string& current,
                                      const std::string& fresh = kNew) {
    return change_password(ports, me, {.current = Secret(current), .fresh = Secret(fresh)}, house.origin);
  }
  Result<Enforcement, Refusal> change(const std::string& current, const std::string& fresh = kNew) {
    return change(house.ports(), current, fresh);
  }
  Error error_of(const std::string& current, const std::string& fresh = kNew) {
    return change(current, fresh).error().error;
  }
  bool lets_in(const Login& login) {
    return authenticate(house.ports(), login.access_token.expose(), house.origin).has_value();
  }
  bool refreshes(const Login& login) {
    return refresh(house.ports(), login.refresh_token, house.origin).has_value();
  }
  bool logs_in(const std::string& password) { return house.try_sign_in("alice", password).has_value(); }
  std::string events() {
    return house.sql(
        "select string_agg(outcome || ':' || reason, ' ' order by time, id) from event "
        "where type = 'password_change'");
  }

  House house;
  Member alice = house.member("alice");
  Login here = house.sign_in(alice);
  Login there = house.sign_in(alice);
  Principal me = house.principal(here);
};

TEST_F(PasswordChangeTest, ReplacesThePassword) {
  EXPECT_EQ(change(alice.password).value(), Enforcement::kActive);
  EXPECT_FALSE(logs_in(alice.password));
  EXPECT_TRUE(logs_in(kNew));
  EXPECT_EQ(house.sql("select auth_version from account"), "2");
  EXPECT_EQ(events(), "ok:");
}

TEST_F(PasswordChangeTest, EndsTheOtherSessionsAtOnceAndKeepsItsOwn) {
  const Login bob = house.sign_in(house.member("bob"));
  ASSERT_TRUE(refreshes(there));
  ASSERT_TRUE(change(alice.password));
  EXPECT_FALSE(lets_in(there));
  EXPECT_FALSE(refreshes(there)) << "also within the grace window";
  EXPECT_TRUE(house.live.keys.contains(block_key(there.session).redis_key()));
  EXPECT_EQ(house.sql("select end_reason from session where ended_at is not null"), "password_change");
  EXPECT_TRUE(lets_in(here));
  EXPECT_TRUE(refreshes(here));
  EXPECT_EQ(house.live.keys.size(), 1U);
  EXPECT_TRUE(lets_in(bob));
}

TEST_F(PasswordChangeTest, IsCommittedAlsoWhileRedisIsDark) {
  house.live.dark = true;
  EXPECT_EQ(change(alice.password).value(), Enforcement::kPending);
  EXPECT_FALSE(lets_in(there));
  EXPECT_EQ(house.sql("select count(*) from block where kind = 'session' and published_epoch is null"), "1");
}

TEST_F(PasswordChangeTest, TellsTheOwnerByMail) {
  const int woken = house.mail.woken;
  ASSERT_TRUE(change(alice.password));
  const std::vector<Mail> mails = house.mails_like("password_changed");
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails.front().to, alice.email);
  EXPECT_EQ(house.mail.woken, woken + 1);
  const auto text =
      notify::Templates("src/notify/templates").render("password_changed", mails.front().values);
  ASSERT_TRUE(text);
  for (const char* value : {"alice", "192.0.2.7"}) EXPECT_NE(text->body.find(value), std::string::npos);
  EXPECT_EQ(text->body.find("{{"), std::string::npos);
}

TEST_F(PasswordChangeTest, WantsTheCurrentPassword) {
  for (const std::string& wrong : {std::string(), std::string("wrong password"), alice.password + " "})
    EXPECT_EQ(error_of(wrong), Error::kWrongPassword) << wrong;
  EXPECT_EQ(error_of(kNew), Error::kWrongPassword);
  EXPECT_TRUE(lets_in(there));
  EXPECT_TRUE(logs_in(alice.password));
  EXPECT_EQ(events(),
            "refused:wrong_password refused:wrong_password refused:wrong_password refused:wrong_password");
  EXPECT_TRUE(house.mails_like("password_changed").empty());
}

TEST_F(PasswordChangeTest, TakesFiveWrongPasswordsAndThenNotEvenTheRightOne) {
  for (int i = 0; i < 5; ++i) ASSERT_EQ(error_of("wrong password"), Error::kWrongPassword);
  const Refusal refusal = change(alice.password).error();
  EXPECT_EQ(refusal.error, Error::kTooManyAttempts);
  EXPECT_GT(refusal.retry_after.value(), std::chrono::minutes(14));
  EXPECT_LE(refusal.retry_after.value(), std::chrono::minutes(15));
  EXPECT_TRUE(logs_in(alice.password)) << "the owner is not locked out";
  me = house.principal(there);
  EXPECT_EQ(error_of(alice.password), Error::kTooManyAttempts) << "nor does another session help";

  house.sql("update password_try set first_at = now() - interval '15 minutes'");
  EXPECT_EQ(error_of("wrong password"), Error::kWrongPassword);
  EXPECT_EQ(house.sql("select count from password_try"), "1");
  EXPECT_TRUE(change(alice.password));
}

TEST_F(PasswordChangeTest, StartsTheCountAnewWithTheRightPassword) {
  for (int i = 0; i < 4; ++i) ASSERT_EQ(error_of("wrong password"), Error::kWrongPassword);
  ASSERT_TRUE(change(alice.password));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of("wrong password"), Error::kWrongPassword);
  EXPECT_EQ(error_of(kNew), Error::kTooManyAttempts);
}

TEST_F(PasswordChangeTest, ComparesFiveOfAHundredGuessesAtOnce) {
  std::atomic<int> compared = 0;
  std::atomic<int> refused = 0;
  std::latch start(100);
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i)
    callers.emplace_back([&] {
      start.arrive_and_wait();
      ++(error_of("wrong password") == Error::kWrongPassword ? compared : refused);
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(compared, 5);
  EXPECT_EQ(refused, 95);
}

TEST_F(PasswordChangeTest, HasTheRulesOfRegistrationAndTakesNoTryForABreach) {
  for (const std::string& bad :
       {std::string("short"), std::string(129, 'x'), std::string("12345678\0", 9),
        std::string("alice@example.org"), std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")}) {
    const Refusal refusal = change(alice.password, bad).error();
    EXPECT_EQ(refusal.error, Error::kInvalidInput) << bad;
    ASSERT_EQ(refusal.faults.size(), 1U);
    EXPECT_EQ(refusal.faults.front().member, "new_password");
  }
  EXPECT_EQ(house.sql("select count(*) from password_try"), "0");
  EXPECT_TRUE(change(alice.password));
}

TEST_F(PasswordChangeTest, TakesNoTryWhenEveryHashSlotIsTaken) {
  PasswordHasher full({.memory = 64 * 1024, .passes = 1, .slots = 1, .waiting = 0});
  Ports ports = house.ports_with(full);
  std::atomic<bool> stop = false;
  std::thread hashing([&] {
    while (!stop) (void)full.hash(Secret(std::string("somebody else's")));
  });
  for (int busy = 0; busy < 20;) {
    const auto out = change(ports, "wrong password");
    ASSERT_FALSE(out);
    if (out.error().error == Error::kBusy) ++busy;
    if (out.error().error == Error::kWrongPassword) house.sql("update password_try set count = 0");
    ASSERT_NE(out.error().error, Error::kTooManyAttempts);
  }
  stop = true;
  hashing.join();
}

TEST_F(PasswordChangeTest, LosesToWhatEndedItsSessionWhileItHashed) {
  const auto outcome_after = [&](std::function<void()> meanwhile) {
    LateDatabase late(house.database, std::move(meanwhile), 2);
    Ports racing = house.ports_on(late);
    const auto out = change(racing, alice.password);
    return out ? "ok" : std::string(code(out.error().error));
  };
  EXPECT_EQ(outcome_after([&] { house.sql("update account set auth_version = auth_version + 1"); }),
            "unauthenticated");
  EXPECT_EQ(outcome_after([&] { house.sql("update account set disabled_at = now()"); }), "unauthenticated");
  house.sql("update account set disabled_at = null");
  EXPECT_EQ(outcome_after([&] { ASSERT_TRUE(log_out(house.ports(), me, here.session, house.origin)); }),
            "unauthenticated");
  EXPECT_TRUE(logs_in(alice.password));
  EXPECT_FALSE(logs_in(kNew));
  EXPECT_TRUE(lets_in(there));
}

TEST_F(PasswordChangeTest, OfTwoSessionsAtOnceIsOnlyOne) {
  const Principal other = house.principal(there);
  LateDatabase late(
      house.database, [&] { ASSERT_TRUE(change(alice.password, "the faster password")); }, 2);
  Ports racing = house.ports_on(late);
  const auto slower = change_password(
      racing, other, {.current = Secret(alice.password), .fresh = Secret(std::string(kNew))}, house.origin);
  EXPECT_EQ(slower.error().error, Error::kUnauthenticated);
  EXPECT_TRUE(logs_in("the faster password"));
  EXPECT_FALSE(logs_in(kNew));
}

TEST_F(PasswordChangeTest, FailsALoginThatHasComparedTheOldPassword) {
  LateDatabase late(house.database, [&] { ASSERT_TRUE(change(alice.password)); });
  Ports racing = house.ports_on(late);
  const auto login = log_in(
      racing, {.identifier = "alice", .password = Secret(alice.password), .device_token = {}}, house.origin);
  EXPECT_EQ(login.error().error, Error::kInvalidCredentials);
  EXPECT_EQ(house.sql("select count(*) from session where ended_at is null"), "1");
}

TEST_F(PasswordChangeTest, LeavesNoSessionOfTheLoginsAroundIt) {
  std::vector<std::thread> callers;
  std::latch running(4);
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      bool first = true;
      while (logs_in(alice.password))
        if (std::exchange(first, false)) running.count_down();
    });
  running.wait();
  EXPECT_TRUE(change(alice.password));
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(house.sql("select id from session where ended_at is null"), here.session.str());
}

TEST_F(PasswordChangeTest, MakesCodesForAResetWorthless) {
  const ChallengeId challenge = start_reset(house.ports(), "alice", house.origin).value();
  const std::string code = house.code_for(alice.email);
  ASSERT_TRUE(change(alice.password));
  const auto reset =
      finish_reset(house.ports(), challenge,
                   {.code = code, .fresh = Secret(std::string("yet another password"))}, house.origin);
  EXPECT_EQ(reset.error().error, Error::kInvalidCode);
}

}  // namespace
}  // namespace gatehouse::accounts
