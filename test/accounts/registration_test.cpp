#include "accounts/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

const Member kAlice{.username = "Alice", .email = "Alice@Example.org", .password = "correct horse battery"};

TEST(Registration, SendsACodeToTheAddressAsGiven) {
  House house;
  const auto registered = house.sign_up(kAlice);
  ASSERT_TRUE(registered);
  const std::vector<Mail> mails = house.mails();
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].to, "Alice@Example.org");
  EXPECT_EQ(mails[0].template_name, "verify_email");
  EXPECT_THAT(mails[0].values.at("code"), testing::MatchesRegex("[0-9]{6}"));
  EXPECT_EQ(house.mail.woken, 1);
}

TEST(Registration, KeepsNoSecretInTheClear) {
  House house;
  ASSERT_TRUE(house.sign_up(kAlice));
  const std::string code = house.code_for(kAlice.email);
  EXPECT_EQ(house.sql("select left(password_hash, 15) from account"), "$argon2id$v=19$");
  EXPECT_EQ(house.sql("select count(*) from challenge where position(convert_to('" + code +
                      "', 'UTF8') in code_mac) > 0"),
            "0");
  EXPECT_EQ(house.sql("select count(*) from outbox where position(convert_to('" + code +
                      "', 'UTF8') in sealed) > 0"),
            "0");
}

TEST(Registration, NamesEveryFaultAtOnce) {
  House house;
  const auto registered = house.sign_up({.username = "a", .email = "nowhere", .password = "short"});
  ASSERT_FALSE(registered);
  EXPECT_EQ(registered.error().error, Error::kInvalidInput);
  std::vector<std::string> members;
  std::vector<std::string> codes;
  for (const Fault& fault : registered.error().faults) {
    members.push_back(fault.member);
    codes.push_back(fault.code);
  }
  EXPECT_THAT(members, testing::ElementsAre("username", "email", "password"));
  EXPECT_THAT(codes, testing::ElementsAre("invalid_username", "invalid_email", "weak_password"));
  EXPECT_EQ(house.sql("select count(*) from account"), "0");
}

TEST(Registration, IsRefusedFromABlockedAddressOrNetwork) {
  House house;
  house.live.keys["gatehouse:block:ip:192.0.2.7"] = "noise";
  EXPECT_EQ(house.sign_up(kAlice).error().error, Error::kAddressBlocked);
  house.live.keys.clear();
  house.sql(
      "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), 'ip', "
      "'192.0.2.0/24', 'noise', 'redis', now())");
  EXPECT_EQ(house.sign_up(kAlice).error().error, Error::kAddressBlocked);
  EXPECT_EQ(house.sql("select count(*) from account"), "0");
  EXPECT_EQ(house.sql("select count(*) from event where type = 'register' and reason = 'ip_blocked'"), "2");
  house.origin.ip = "192.0.3.7";
  EXPECT_TRUE(house.sign_up(kAlice));
}

TEST(Registration, ReservesTheUsernameInEverySpelling) {
  House house;
  ASSERT_TRUE(house.sign_up(kAlice));
  const auto again =
      house.sign_up({.username = "aLICE", .email = "b@example.org", .password = kAlice.password});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error, Error::kUsernameTaken);
  EXPECT_EQ(house.mails().size(), 1U);
}

TEST(Registration, GivesTheReservedNameAwayAfterADay) {
  House house;
  ASSERT_TRUE(house.sign_up(kAlice));
  house.sql("update account set created_at = created_at - interval '23 hours 59 minutes'");
  EXPECT_FALSE(house.sign_up({.username = "alice", .email = "b@example.org", .password = kAlice.password}));
  house.sql("update account set created_at = created_at - interval '2 minutes'");
  EXPECT_TRUE(house.sign_up({.username = "alice", .email = "b@example.org", .password = kAlice.password}));
  EXPECT_EQ(house.sql("select email from account"), "b@example.org");
}

TEST(Registration, NeverGivesAVerifiedAccountsNameAway) {
  House house;
  house.member("alice");
  house.sql("update account set created_at = created_at - interval '10 years'");
  const auto again =
      house.sign_up({.username = "alice", .email = "b@example.org", .password = kAlice.password});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error, Error::kUsernameTaken);
}

TEST(Registration, TellsTheOwnerOfATakenAddressAndNotTheCaller) {
  House house;
  house.member("alice");
  const auto mallory = house.sign_up(
      {.username = "mallory", .email = "ALICE@example.org", .password = "correct horse battery"});
  const auto bob =
      house.sign_up({.username = "bob", .email = "bob@example.org", .password = "correct horse battery"});
  ASSERT_TRUE(mallory);
  ASSERT_TRUE(bob);
  const std::vector<Mail> mails = house.mails();
  ASSERT_EQ(mails.size(), 3U);
  EXPECT_EQ(mails[1].template_name, "already_registered");
  EXPECT_EQ(mails[1].to, "alice@example.org");
  EXPECT_EQ(mails[1].values.at("username"), "alice");
  EXPECT_FALSE(mails[1].values.contains("code"));
  // What was written for the two differs in nothing that a later call could show.
  for (const char* count :
       {"select count(*) from account where username = '{}'",
        "select count(*) from challenge join account on account.id = account_id where username = '{}'",
        "select count(*) from event where identifier = '{}' and type = 'register' and outcome = 'ok'"}) {
    for (const char* name : {"mallory", "bob"}) {
      std::string statement = count;
      statement.replace(statement.find("{}"), 2, name);
      EXPECT_EQ(house.sql(statement), "1") << statement;
    }
  }
}

TEST(Registration, AnUnverifiedAddressIsNobodysYet) {
  House house;
  ASSERT_TRUE(house.sign_up(kAlice));
  ASSERT_TRUE(house.sign_up({.username = "second", .email = kAlice.email, .password = kAlice.password}));
  const std::vector<Mail> mails = house.mails();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[1].template_name, "verify_email");
}

TEST(Registration, OfOneNameByAHundredAtOnceSucceedsOnce) {
  House house;
  std::atomic<int> registered = 0;
  std::atomic<int> taken = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 100; ++i)
    callers.emplace_back([&, i] {
      const auto out = house.sign_up({.username = i % 2 == 0 ? "alice" : "ALICE",
                                      .email = "a" + std::to_string(i) + "@example.org",
                                      .password = "correct horse battery"});
      if (out) ++registered;
      if (!out && out.error().error == Error::kUsernameTaken) ++taken;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(registered, 1);
  EXPECT_EQ(taken, 99);
  EXPECT_EQ(house.sql("select count(*) from account"), "1");
  EXPECT_EQ(house.mails().size(), 1U);
}

TEST(Registration, LogsWhoCameFromWhere) {
  House house;
  house.origin.user_agent = "Evil\r\nAgent \xFF";
  ASSERT_TRUE(house.sign_up(kAlice));
  EXPECT_EQ(house.sql("select type || ' ' || outcome || ' ' || host(ip) || ' ' || request_id from event"),
            "register ok 192.0.2.7 r1");
  EXPECT_EQ(house.sql("select user_agent from event"), "Evil??Agent ?");
}

TEST(Registration, IsBusyWhenNoSlotIsFree) {
  House house;
  PasswordHasher full({.memory = 32 * 1024 * 1024, .passes = 4, .slots = 1, .waiting = 0});
  const Ports& ports = house.ports();
  Ports crowded{ports.database,     ports.live,    ports.mail,  full,
                ports.signing_keys, ports.secrets, ports.rules, ports.random};
  std::atomic<int> busy = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&, i] {
      const auto out = register_account(crowded,
                                        {.username = "user" + std::to_string(i),
                                         .email = "u" + std::to_string(i) + "@example.org",
                                         .password = Secret(std::string("correct horse battery"))},
                                        house.origin);
      if (out) return;
      ++(out.error().error == Error::kBusy && out.error().retry_after == std::chrono::seconds(1) ? busy
                                                                                                 : wrong);
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(busy, 1);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace gatehouse::accounts
