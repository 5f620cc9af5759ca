#include "accounts/authentication.hpp"

#include <gtest/gtest.h>

#include "accounts/access_token.hpp"
#include "accounts/logout.hpp"
#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

class Authentication : public testing::Test {
 protected:
  Result<Principal, Refusal> who() {
    return authenticate(house.ports(), login.access_token.expose(), house.origin);
  }
  Error error() { return who().error().error; }
  void block_in_redis(const BlockKey& key, const std::string& value = "x") {
    house.live.keys[key.redis_key()] = value;
  }

  House house;
  Member alice = house.member("alice");
  Login login = house.sign_in(alice);
};

TEST_F(Authentication, KnowsTheBearer) {
  const auto principal = who();
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->account.str(), house.sql("select id from account"));
  EXPECT_EQ(principal->session, login.session);
  EXPECT_EQ(principal->device, login.device);
  EXPECT_EQ(principal->token_id, login.token_id.str());
}

TEST_F(Authentication, ReadsTheRolesFromPostgresqlNotFromTheToken) {
  house.sql("update account set roles = '{admin,\"a \\\"b\\\"\"}'");
  EXPECT_EQ(who()->roles, (std::vector<std::string>{"admin", "a \"b\""}));
}

TEST_F(Authentication, BelievesNoTokenOfAnotherKeyOrForm) {
  House other;
  const Login foreign = other.sign_in(other.member("alice"));
  for (const std::string_view token :
       {foreign.access_token.expose(), login.refresh_token.expose(), login.device_token.expose(),
        std::string_view("a.b.c"), std::string_view("")})
    EXPECT_EQ(authenticate(house.ports(), token, house.origin).error().error, Error::kUnauthenticated);
  std::string forged(login.access_token.expose());
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  const auto out = authenticate(house.ports(), forged, house.origin);
  EXPECT_EQ(out.error().detail, "bad_signature");
}

TEST_F(Authentication, EndsWithTheToken) {
  const Session session{.id = login.session,
                        .account = who()->account,
                        .device = login.device,
                        .auth_time = from_unix_seconds(1'800'000'000),
                        .auth_methods = {"pwd"},
                        .refresh_counter = 1,
                        .refresh_secret = 1,
                        .refresh_salt = "",
                        .refreshed_at = from_unix_seconds(1'800'000'000),
                        .absolute_end = from_unix_seconds(1'900'000'000),
                        .idle_end = from_unix_seconds(1'900'000'000)};
  const std::int64_t now = std::stoll(house.sql("select floor(extract(epoch from now()))::bigint"));
  const auto issued = [&](std::int64_t at) {
    const AccessGrant grant{.token_id = login.token_id, .issued_at = at, .email_verified = true, .roles = {}};
    const Secret token = make_access_token(session, grant, house.rules, house.signing_keys);
    return authenticate(house.ports(), token.expose(), house.origin);
  };
  EXPECT_TRUE(issued(now - 298));
  EXPECT_EQ(issued(now - 310).error().detail, "expired");
  EXPECT_EQ(issued(now + 60).error().detail, "not_yet_valid");
}

TEST_F(Authentication, EndsWithTheSession) {
  for (const char* end : {"ended_at = now()", "absolute_end = now()", "idle_end = now()"}) {
    login = house.sign_in(alice);
    ASSERT_TRUE(who());
    house.sql(std::string("update session set ") + end + " where id = '" + login.session.str() + "'");
    EXPECT_EQ(error(), Error::kUnauthenticated) << end;
  }
}

TEST_F(Authentication, EndsWithTheAccount) {
  house.sql("update account set disabled_at = now()");
  EXPECT_EQ(error(), Error::kUnauthenticated);
  house.sql("delete from account");
  EXPECT_EQ(error(), Error::kUnauthenticated);
}

TEST_F(Authentication, SeesABlockThatAnAdministratorHasJustSet) {
  const Principal principal = who().value();
  block_in_redis(block_key(principal.device));
  EXPECT_EQ(error(), Error::kDeviceBlocked);
  house.live.keys.clear();
  block_in_redis(block_key(principal.account));
  EXPECT_EQ(error(), Error::kUserBlocked);
  house.live.keys.clear();
  block_in_redis(block_key(principal.session));
  EXPECT_EQ(error(), Error::kUnauthenticated);
  house.live.keys.clear();
  block_in_redis({BlockKind::kToken, principal.token_id});
  EXPECT_EQ(error(), Error::kUnauthenticated);
  house.live.keys.clear();
  block_in_redis({BlockKind::kIp, house.origin.ip});
  EXPECT_EQ(error(), Error::kAddressBlocked);
  house.live.keys.clear();
  EXPECT_TRUE(who());
}

TEST_F(Authentication, RefusesTokensIssuedUpToTheTimeOfABlock) {
  const Principal principal = who().value();
  const std::int64_t issued = unix_seconds(principal.auth_time);
  block_in_redis(block_key(principal.account), "before=" + std::to_string(issued));
  EXPECT_EQ(error(), Error::kUnauthenticated);
  block_in_redis(block_key(principal.account), "before=" + std::to_string(issued - 1));
  EXPECT_TRUE(who());
  block_in_redis(block_key(principal.account), "before=soon");
  EXPECT_EQ(error(), Error::kUserBlocked) << "what cannot be read blocks all";
}

TEST_F(Authentication, HoldsWithRedisDark) {
  house.live.dark = true;
  ASSERT_TRUE(who());
  ASSERT_TRUE(log_out(house.ports(), who().value(), login.session, house.origin));
  EXPECT_EQ(error(), Error::kUnauthenticated);
}

}  // namespace
}  // namespace gatehouse::accounts
