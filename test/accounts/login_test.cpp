#include "accounts/login.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "accounts/device_token.hpp"
#include "accounts/refresh_token.hpp"
#include "base/hex.hpp"
#include "jose/claims.hpp"
#include "test/support/house.hpp"
#include "test/support/late_database.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

class LoginTest : public testing::Test {
 protected:
  Error error_of(const std::string& identifier, const std::string& password) {
    return house.try_sign_in(identifier, password).error().error;
  }
  std::string last_event() {
    return house.sql(
        "select type || ' ' || outcome || ' ' || reason from event order by time desc, id desc limit 1");
  }

  House house;
  Member alice = house.member("alice");
};

TEST_F(LoginTest, TakesTheUsernameAndTheAddressInAnyCase) {
  for (const char* identifier : {"alice", "ALICE", "alice@example.org", "Alice@Example.Org"})
    EXPECT_TRUE(house.try_sign_in(identifier, alice.password)) << identifier;
}

TEST_F(LoginTest, TakesThePasswordAsItIs) {
  for (const std::string& wrong :
       {alice.password + " ", " " + alice.password, std::string(), std::string("THE PASSWORD OF ALICE"),
        alice.password + std::string(1, '\0')})
    EXPECT_EQ(error_of("alice", wrong), Error::kInvalidCredentials) << wrong;
}

TEST_F(LoginTest, RefusesUnknownAndWrongAlike) {
  EXPECT_EQ(error_of("alice", "wrong password"), Error::kInvalidCredentials);
  EXPECT_EQ(last_event(), "login refused wrong_password");
  for (const std::string& identifier :
       {std::string("nobody"), std::string("nobody@example.org"), std::string(), std::string("@"),
        std::string("a\0b", 3), std::string("\xFF\xFE"), std::string(5000, 'x'),
        std::string("' or 1=1 --")}) {
    EXPECT_EQ(error_of(identifier, alice.password), Error::kInvalidCredentials) << identifier;
    EXPECT_EQ(last_event(), "login refused unknown_account");
  }
}

TEST_F(LoginTest, TellsOfAnUnverifiedAddressOnlyWhoKnowsThePassword) {
  ASSERT_TRUE(
      house.sign_up({.username = "bob", .email = "bob@example.org", .password = "the password of bob"}));
  EXPECT_EQ(error_of("bob", "wrong password"), Error::kInvalidCredentials);
  EXPECT_EQ(error_of("bob", "the password of bob"), Error::kEmailUnverified);
  EXPECT_EQ(error_of("bob@example.org", "the password of bob"), Error::kEmailUnverified);
  EXPECT_EQ(house.sql("select count(*) from session"), "0");
}

TEST_F(LoginTest, ByAddressIsThatOfTheAccountThatHasVerifiedIt) {
  ASSERT_TRUE(house.sign_up({.username = "bob", .email = alice.email, .password = "the password of bob"}));
  EXPECT_TRUE(house.try_sign_in(alice.email, alice.password));
  EXPECT_EQ(error_of(alice.email, "the password of bob"), Error::kInvalidCredentials);
}

TEST_F(LoginTest, RefusesADisabledAccountLikeAWrongPassword) {
  house.sql("update account set disabled_at = now()");
  EXPECT_EQ(error_of("alice", alice.password), Error::kInvalidCredentials);
  EXPECT_EQ(last_event(), "login refused account_disabled");
}

TEST_F(LoginTest, GivesTokensThatSayWhatTheContractPromises) {
  const Login login = house.sign_in(alice);
  json::Parser parser;
  const jose::Algorithm accepted[] = {jose::Algorithm::kEdDSA};
  auto jws =
      jose::verify_signature(login.access_token.expose(), house.signing_keys.public_keys(), accepted, parser);
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->header().type, "at+jwt");
  const auto claims = parser.parse_object(jws->payload());
  ASSERT_TRUE(claims);
  const auto text = [&](const char* name) { return std::string(claims->find(name)->string().value()); };
  const auto number = [&](const char* name) { return claims->find(name)->integer().value(); };
  EXPECT_EQ(text("iss"), "https://example.org");
  EXPECT_EQ(text("aud"), "app");
  EXPECT_EQ(text("sub"), house.sql("select id from account"));
  EXPECT_EQ(text("sid"), login.session.str());
  EXPECT_EQ(text("did"), login.device.str());
  EXPECT_EQ(text("jti"), login.token_id.str());
  EXPECT_EQ(number("exp") - number("iat"), 300);
  EXPECT_EQ(number("auth_time"), number("iat"));
  EXPECT_EQ(claims->find("amr")->text(), R"(["pwd"])");
  EXPECT_EQ(claims->find("roles")->text(), R"(["user"])");
  EXPECT_EQ(claims->find("email_verified")->boolean(), true);
  EXPECT_EQ(std::to_string(number("iat")),
            house.sql("select floor(extract(epoch from auth_time))::bigint from session"));
  EXPECT_EQ(login.expires_in, std::chrono::minutes(5));
  EXPECT_EQ(login.refresh_expires_in, std::chrono::days(14));
}

TEST_F(LoginTest, GivesNoTokenThatOutlivesItsSession) {
  house.rules.session_absolute = std::chrono::minutes(2);
  Login login = house.sign_in(alice);
  EXPECT_EQ(login.refresh_expires_in, std::chrono::minutes(2));
  EXPECT_LE(login.expires_in, std::chrono::minutes(2));
  EXPECT_GT(login.expires_in, std::chrono::minutes(1));
  house.rules.session_absolute = std::chrono::days(30);
  house.rules.session_idle = std::chrono::minutes(3);
  login = house.sign_in(alice);
  EXPECT_EQ(login.refresh_expires_in, std::chrono::minutes(3));
  EXPECT_LE(login.expires_in, std::chrono::minutes(3));
  json::Parser parser;
  const jose::Algorithm accepted[] = {jose::Algorithm::kEdDSA};
  auto jws =
      jose::verify_signature(login.access_token.expose(), house.signing_keys.public_keys(), accepted, parser);
  const auto claims = parser.parse_object(jws->payload());
  EXPECT_EQ(claims->find("exp")->integer().value() - claims->find("iat")->integer().value(),
            login.expires_in.count());
}

TEST_F(LoginTest, GivesARefreshTokenThatTheSessionRowProves) {
  const Login login = house.sign_in(alice);
  const std::string text(login.refresh_token.expose());
  const auto token = read_refresh_token(text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->session, login.session);
  EXPECT_EQ(std::to_string(token->counter), house.sql("select refresh_counter from session"));
  const std::string salt = from_hex(house.sql("select encode(refresh_salt, 'hex') from session")).value();
  EXPECT_TRUE(is_authentic(text, salt, house.secrets));
}

TEST_F(LoginTest, KnowsADeviceByItsTokenAndByNothingElse) {
  const Login first = house.sign_in(alice);
  const Login again = house.sign_in(alice, first.device_token);
  EXPECT_EQ(again.device, first.device);
  EXPECT_NE(again.session, first.session);
  EXPECT_NE(house.sign_in(alice).device, first.device);
  std::string forged(first.device_token.expose());
  forged[10] = forged[10] == 'A' ? 'B' : 'A';
  EXPECT_NE(house.sign_in(alice, Secret(forged)).device, first.device);
  EXPECT_EQ(house.sql("select login_count from device where id = '" + first.device.str() + "'"), "2");
}

TEST_F(LoginTest, GivesEachUserOfABrowserADeviceOfTheirOwn) {
  const Login of_alice = house.sign_in(alice);
  const Login of_bob = house.sign_in(house.member("bob"), of_alice.device_token);
  EXPECT_NE(of_bob.device, of_alice.device);
  EXPECT_EQ(read_device_token(of_bob.device_token.expose(), house.secrets),
            read_device_token(of_alice.device_token.expose(), house.secrets));
}

TEST_F(LoginTest, FromOneBrowserManyTimesAtOnceIsOneDevice) {
  const Login first = house.sign_in(alice);
  std::vector<std::thread> callers;
  for (int i = 0; i < 16; ++i)
    callers.emplace_back([&] { EXPECT_EQ(house.sign_in(alice, first.device_token).device, first.device); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(house.sql("select count(*) from device"), "1");
  EXPECT_EQ(house.sql("select login_count from account"), "17");
}

TEST_F(LoginTest, IsRefusedOnABlockedDeviceWhateverThePassword) {
  const Login login = house.sign_in(alice);
  house.live.keys["gatehouse:block:device:" + login.device.str()] = "lost";
  for (const char* password : {alice.password.c_str(), "wrong password"})
    EXPECT_EQ(house.try_sign_in("alice", password, login.device_token).error().error, Error::kDeviceBlocked);
  EXPECT_TRUE(house.try_sign_in("alice", alice.password)) << "another device goes on";
}

TEST_F(LoginTest, KnowsABlockFromPostgresqlWhenRedisIsDark) {
  const Login login = house.sign_in(alice);
  house.live.dark = true;
  EXPECT_TRUE(house.try_sign_in("alice", alice.password, login.device_token));
  house.sql(
      "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), 'device', "
      "'" +
      login.device.str() + "', 'lost', 'api', now())");
  EXPECT_EQ(house.try_sign_in("alice", alice.password, login.device_token).error().error,
            Error::kDeviceBlocked);
  house.sql("update block set ends_at = now()");
  EXPECT_TRUE(house.try_sign_in("alice", alice.password, login.device_token)) << "a block ends with its time";
}

TEST_F(LoginTest, IsRefusedToABlockedUserWhoHasThePassword) {
  house.live.keys["gatehouse:block:user:" + house.sql("select id from account")] = "fraud";
  EXPECT_EQ(error_of("alice", alice.password), Error::kUserBlocked);
  EXPECT_EQ(error_of("alice", "wrong password"), Error::kInvalidCredentials);
}

TEST_F(LoginTest, IsRefusedFromABlockedAddressOrNetwork) {
  house.live.keys["gatehouse:block:ip:192.0.2.7"] = "noise";
  EXPECT_EQ(error_of("alice", alice.password), Error::kAddressBlocked);
  house.live.keys.clear();
  house.sql(
      "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), 'ip', "
      "'192.0.2.0/24', 'noise', 'redis', now())");
  EXPECT_EQ(error_of("alice", alice.password), Error::kAddressBlocked);
  house.origin.ip = "192.0.3.7";
  EXPECT_TRUE(house.try_sign_in("alice", alice.password));
}

TEST_F(LoginTest, AfterBeforeGivesATokenThatIsYounger) {
  const std::int64_t before = std::stoll(house.sql("select floor(extract(epoch from now()))::bigint + 2"));
  house.live.keys["gatehouse:block:user:" + house.sql("select id from account")] =
      "before=" + std::to_string(before);
  const Login login = house.sign_in(alice);
  json::Parser parser;
  const jose::Algorithm accepted[] = {jose::Algorithm::kEdDSA};
  auto jws =
      jose::verify_signature(login.access_token.expose(), house.signing_keys.public_keys(), accepted, parser);
  EXPECT_EQ(parser.parse_object(jws->payload())->find("iat")->integer(), before + 1);
  EXPECT_TRUE(authenticate(house.ports(), login.access_token.expose(), house.origin));
}

TEST_F(LoginTest, CountsWhatHasChangedWhileItHashed) {
  const auto log_in_during = [&](const std::string& change) {
    // After the password was compared.
    test::LateDatabase late(house.database, [&] { house.sql(change); });
    Ports racing = house.ports_on(late);
    return log_in(racing, {.identifier = "alice", .password = Secret(alice.password), .device_token = {}},
                  house.origin);
  };
  EXPECT_TRUE(log_in_during("select 1"));
  EXPECT_EQ(log_in_during("update account set auth_version = auth_version + 1").error().error,
            Error::kInvalidCredentials);
  EXPECT_EQ(log_in_during("update account set disabled_at = now()").error().error,
            Error::kInvalidCredentials);
  EXPECT_EQ(log_in_during("delete from account").error().error, Error::kInvalidCredentials);
}

TEST_F(LoginTest, IsLoggedWithSessionDeviceAndToken) {
  const Login login = house.sign_in(alice);
  EXPECT_EQ(house.sql("select outcome from event where type = 'login' and session_id = '" +
                      login.session.str() + "' and device_id = '" + login.device.str() +
                      "' and token_id = '" + login.token_id.str() + "'"),
            "ok");
  EXPECT_EQ(house.sql("select count(*) from event where type = 'device_new'"), "1");
  house.sign_in(alice, login.device_token);
  EXPECT_EQ(house.sql("select count(*) from event where type = 'device_new'"), "1");
  EXPECT_EQ(house.sql("select login_count || ' ' || host(last_login_ip) from account"), "2 192.0.2.7");
}

TEST_F(LoginTest, KeepsNoTokenAtRest) {
  const Login login = house.sign_in(alice);
  const std::string dump = house.sql(
      "select string_agg(t::text, ' ') from (select session::text as t from session "
      "union all select device::text from device union all select event::text from event) all_rows");
  for (const Secret* token : {&login.access_token, &login.refresh_token, &login.device_token})
    EXPECT_EQ(dump.find(token->expose()), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::accounts
