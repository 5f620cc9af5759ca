// A reset and what else happens to the account meanwhile.
#include <atomic>
#include <latch>
#include <thread>

#include "accounts/password_change.hpp"
#include "accounts/refresh.hpp"
#include "test/accounts/password_reset.hpp"
#include "test/support/late_database.hpp"

namespace gatehouse::accounts {
namespace {

using test::LateDatabase;

TEST_F(PasswordResetTest, FailsALoginThatHasComparedTheOldPassword) {
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  LateDatabase late(house.database, [&] { ASSERT_EQ(outcome(challenge, code), "ok"); });
  Ports racing = house.ports_on(late);
  const auto login = log_in(
      racing, {.identifier = "alice", .password = Secret(alice.password), .device_token = {}}, house.origin);
  EXPECT_EQ(login.error().error, Error::kInvalidCredentials);
  EXPECT_EQ(house.sql("select count(*) from session"), "0");
}

TEST_F(PasswordResetTest, FailsARefreshThatHasLookedBefore) {
  const Login login = house.sign_in(alice);
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  LateDatabase late(house.database, [&] { ASSERT_EQ(outcome(challenge, code), "ok"); });
  Ports racing = house.ports_on(late);
  EXPECT_EQ(refresh(racing, login.refresh_token, house.origin).error().error, Error::kSessionEnded);
}

TEST_F(PasswordResetTest, WinsAgainstEveryLoginAndRefreshAroundIt) {
  const Login login = house.sign_in(alice);
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  std::atomic<bool> over = false;
  std::mutex mutex;
  std::vector<std::string> access_tokens;
  const auto keep = [&](const Secret& token) {
    const std::lock_guard lock(mutex);
    access_tokens.emplace_back(token.expose());
  };
  std::latch running(4);
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      running.count_down();
      while (!over)
        if (const auto out = house.try_sign_in("alice", alice.password)) keep(out->access_token);
    });
    callers.emplace_back([&] {
      running.count_down();
      Secret token(std::string(login.refresh_token.expose()));
      while (!over)
        if (const auto out = refresh(house.ports(), token, house.origin)) {
          keep(out->access_token);
          token = Secret(std::string(out->refresh_token.expose()));
        }
    });
  }
  running.wait();
  EXPECT_EQ(outcome(challenge, code), "ok");
  over = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(house.sql("select count(*) from session where ended_at is null"), "0");
  for (const std::string& token : access_tokens)
    ASSERT_FALSE(authenticate(house.ports(), token, house.origin)) << "of " << access_tokens.size();
}

TEST_F(PasswordResetTest, LosesToAChangeOfThePasswordMeanwhile) {
  const Principal me = house.principal(house.sign_in(alice));
  const ChallengeId challenge = start("alice");
  const std::string code = house.code_for(alice.email);
  LateDatabase late(
      house.database,
      [&] {
        ASSERT_TRUE(change_password(
            house.ports(), me,
            {.current = Secret(alice.password), .fresh = Secret(std::string("the faster password"))},
            house.origin));
      },
      2);
  Ports racing = house.ports_on(late);
  EXPECT_EQ(finish(racing, challenge, code).error().error, Error::kInvalidCode);
  EXPECT_TRUE(logs_in("the faster password"));
}

}  // namespace
}  // namespace gatehouse::accounts
