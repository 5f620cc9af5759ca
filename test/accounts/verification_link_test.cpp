#include "accounts/verification_link.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "accounts/challenge_sending.hpp"
#include "accounts/device_token.hpp"
#include "accounts/link_token.hpp"
#include "accounts/refresh.hpp"
#include "accounts/verification.hpp"
#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

constexpr std::string_view kBegin = "https://example.org/auth/v1/verify-email/";

class Link : public testing::Test {
 protected:
  // Of the newest mail.
  std::string mailed_token() {
    const std::string link = house.mails().back().values.at("link");
    EXPECT_TRUE(link.starts_with(kBegin)) << link;
    return link.substr(kBegin.size());
  }
  template <typename T>
  static std::string word(const Result<T, Refusal>& out) {
    return out ? "ok" : std::string(accounts::code(out.error().error));
  }
  std::string read(const std::string& token) { return word(read_link(house.ports(), token, house.origin)); }
  std::string confirm(const std::string& token) {
    return word(confirm_link(house.ports(), token, house.origin));
  }
  std::string disown(const std::string& token) {
    return word(disown_link(house.ports(), token, house.origin));
  }
  std::string by_code(const std::string& code) {
    return word(verify_challenge(house.ports(), challenge, code, house.origin));
  }
  std::string verified() { return house.sql("select email_verified_at is not null from account"); }
  // Everything that a look at the link could have changed.
  std::string state() {
    return house.sql(
        "select (select string_agg(c::text, ' ') from challenge c) || "
        "(select string_agg(a::text, ' ') from account a) || (select count(*) from event) || "
        "(select count(*) from outbox) || (select string_agg(m::text, ' ') from mail_count m)");
  }

  House house;
  Member alice{.username = "alice", .email = "Alice@example.org", .password = "correct horse battery"};
  ChallengeId challenge = house.sign_up(alice).value().challenge;
  std::string code = house.code_for(alice.email);
  std::string token = mailed_token();
};

TEST_F(Link, NamesTheAccountAndChangesNothingWhenItIsRead) {
  const std::string before = state();
  const auto offer = read_link(house.ports(), token, house.origin);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->username, "alice");
  EXPECT_EQ(offer->email, "Alice@example.org");
  EXPECT_EQ(read(token), "ok");
  EXPECT_EQ(state(), before);
}

TEST_F(Link, ConfirmsTheAddress) {
  EXPECT_EQ(confirm(token), "ok");
  EXPECT_EQ(verified(), "t");
  EXPECT_TRUE(house.try_sign_in("alice", alice.password));
}

TEST_F(Link, IsGoodOnceTogetherWithTheCode) {
  ASSERT_EQ(confirm(token), "ok");
  EXPECT_EQ(confirm(token), "challenge_used");
  EXPECT_EQ(read(token), "challenge_used");
  EXPECT_EQ(disown(token), "challenge_used");
  EXPECT_EQ(by_code(code), "invalid_code");
}

TEST_F(Link, EndsWithTheCode) {
  ASSERT_EQ(by_code(code), "ok");
  EXPECT_EQ(read(token), "challenge_used");
  EXPECT_EQ(confirm(token), "challenge_used");
  EXPECT_EQ(disown(token), "challenge_used");
  EXPECT_EQ(house.sql("select count(*) from account"), "1");
}

TEST_F(Link, EndsWithItsTimeAndWithTheTries) {
  house.sql("update challenge set tries_left = 0");
  for (const std::string& out : {read(token), confirm(token), disown(token)})
    EXPECT_EQ(out, "too_many_tries");
  house.sql("update challenge set expires_at = now()");
  for (const std::string& out : {read(token), confirm(token), disown(token)})
    EXPECT_EQ(out, "challenge_expired");
  EXPECT_EQ(verified(), "f");
}

TEST_F(Link, IsRefusedToABlockedAddressAndStaysGood) {
  const std::string before = state();
  house.live.keys["gatehouse:block:ip:" + house.origin.ip] = "spam";
  for (const std::string& out : {read(token), confirm(token), disown(token), read("nonsense")})
    EXPECT_EQ(out, "ip_blocked");
  EXPECT_EQ(state(), before);
  house.live.keys.clear();
  EXPECT_EQ(confirm(token), "ok");
}

TEST_F(Link, IsReplacedByThatOfANewerMail) {
  house.sql("update mail_count set last_at = last_at - interval '60 seconds'");
  ASSERT_TRUE(resend_challenge(house.ports(), challenge, house.origin));
  EXPECT_EQ(read(token), "not_found");
  EXPECT_EQ(confirm(token), "not_found");
  EXPECT_EQ(disown(token), "not_found");
  EXPECT_EQ(confirm(mailed_token()), "ok");
}

TEST_F(Link, IsRefusedWithAnyBitFlipped) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < token.size(); ++i)
    for (int bit = 0; bit < 6; ++bit) {
      std::string bad = token;
      bad[i] = kAlphabet[kAlphabet.find(bad[i]) ^ (1U << bit)];
      ASSERT_EQ(read(bad), "not_found") << i << " " << bit;
      ASSERT_EQ(confirm(bad), "not_found") << i << " " << bit;
    }
  EXPECT_EQ(verified(), "f");
}

TEST_F(Link, IsRefusedInAnyOtherForm) {
  for (const std::string& bad :
       {std::string(), token + "A", token + "=", token.substr(1), token.substr(0, token.size() - 1),
        std::string("../../accounts"), challenge.str(), code, std::string(100'000, 'A'), token + '\0'})
    EXPECT_EQ(read(bad), "not_found") << bad.substr(0, 100);
}

TEST_F(Link, OfAnotherChallengeOpensThatOneAlone) {
  const auto bob = house.sign_up({.username = "bob", .email = "bob@example.org", .password = alice.password});
  ASSERT_TRUE(bob);
  ASSERT_EQ(confirm(mailed_token()), "ok");
  EXPECT_EQ(house.sql("select username from account where email_verified_at is not null"), "bob");
  EXPECT_EQ(read(token), "ok");
}

TEST_F(Link, IsNoOtherTokenAndNoOtherTokenIsALink) {
  EXPECT_EQ(refresh(house.ports(), Secret(token), house.origin).error().error, Error::kRefreshInvalid);
  EXPECT_EQ(authenticate(house.ports(), token, house.origin).error().error, Error::kUnauthenticated);
  EXPECT_FALSE(read_device_token(token, house.secrets));

  const Login login = house.sign_in(house.member("bob"));
  for (const Secret& other : {login.access_token, login.refresh_token, login.device_token})
    EXPECT_EQ(read(std::string(other.expose())), "not_found");
}

TEST_F(Link, IsBoundToItsPurposeAndSecret) {
  const accounts::Secrets others(Secret(std::string(32, 'n')));
  const Challenge stored = house.database.read(
      [&](Transaction& transaction) { return transaction.challenges().find(challenge).value(); });
  EXPECT_TRUE(is_authentic(token, stored, house.secrets));
  EXPECT_FALSE(is_authentic(token, stored, others));
  EXPECT_FALSE(is_authentic(make_link_token(stored, others).expose(), stored, house.secrets));
}

TEST_F(Link, OfADecoyDoesNotExist) {
  const auto decoy = start_email_challenge(house.ports(), "nobody@example.org", std::nullopt, house.origin);
  ASSERT_TRUE(decoy);
  EXPECT_EQ(read(mailed_token()), "not_found") << "even if somebody had it";
  EXPECT_EQ(confirm(mailed_token()), "not_found");
}

TEST_F(Link, OfOneAddressByTwoAccountsIsWonByTheFirst) {
  ASSERT_TRUE(house.sign_up({.username = "bob", .email = alice.email, .password = alice.password}));
  const std::string second = mailed_token();
  ASSERT_EQ(confirm(token), "ok");
  EXPECT_EQ(confirm(second), "email_taken");
}

TEST_F(Link, OfManyAtOnceIsGoodOnce) {
  std::atomic<int> confirmed = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i)
    callers.emplace_back([&, i] {
      if ((i % 2 == 0 ? confirm(token) : by_code(code)) == "ok") ++confirmed;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(confirmed, 1);
}

TEST_F(Link, NotMeRemovesTheAccountAndIsLogged) {
  EXPECT_EQ(disown(token), "ok");
  EXPECT_EQ(house.sql("select count(*) from account"), "0");
  EXPECT_EQ(house.sql("select count(*) from challenge"), "0");
  EXPECT_EQ(house.sql("select outcome || ' ' || reason || ' ' || identifier || ' ' || host(ip) from event "
                      "where type = 'verify'"),
            "refused not_me alice 192.0.2.7");
  EXPECT_EQ(read(token), "not_found");
  EXPECT_EQ(by_code(code), "not_found");
  EXPECT_TRUE(house.sign_up({.username = "alice", .email = "other@example.org", .password = alice.password}))
      << "the name is free again";
}

TEST_F(Link, NotMeAndConfirmAtOnceLeaveOneTruth) {
  std::atomic<int> confirmed = 0;
  std::atomic<int> disowned = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i)
    callers.emplace_back([&, i] {
      if (i % 2 == 0 && confirm(token) == "ok") ++confirmed;
      if (i % 2 == 1 && disown(token) == "ok") ++disowned;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(confirmed + disowned, 1);
  EXPECT_EQ(house.sql("select count(*) from account where email_verified_at is not null"),
            std::to_string(confirmed.load()));
  EXPECT_EQ(house.sql("select count(*) from account"), std::to_string(confirmed.load()));
}

TEST_F(Link, NeverRemovesAConfirmedAccount) {
  house.sql("update account set email_verified_at = now()");
  EXPECT_EQ(disown(token), "challenge_used");
  EXPECT_EQ(house.sql("select count(*) from account"), "1");
}

TEST_F(Link, IsNotInTheClearInTheDatabase) {
  EXPECT_EQ(house.sql("select count(*) from challenge where position(convert_to('" + token.substr(24) +
                      "', 'UTF8') in code_mac) > 0"),
            "0");
  EXPECT_EQ(house.sql("select count(*) from outbox where position(convert_to('" + token +
                      "', 'UTF8') in sealed) > 0"),
            "0");
}

}  // namespace
}  // namespace gatehouse::accounts
