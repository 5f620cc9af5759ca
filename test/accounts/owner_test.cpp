// What the owner of an account does with sessions and devices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/device_blocking.hpp"
#include "accounts/device_list.hpp"
#include "accounts/logout.hpp"
#include "accounts/operator_blocking.hpp"
#include "accounts/profile.hpp"
#include "accounts/refresh.hpp"
#include "test/support/house.hpp"
#include "test/support/late_database.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

class Owner : public testing::Test {
 protected:
  std::string redis_key(DeviceId device) const { return block_key(device).redis_key(); }
  Result<Enforcement, Refusal> block(DeviceId device) {
    return block_device(house.ports(), me, device, "lost", house.origin);
  }
  Result<Enforcement, Refusal> unblock(DeviceId device) {
    return unblock_device(house.ports(), me, device, house.origin);
  }
  std::string events(const std::string& type) {
    return house.sql("select count(*) from event where type = '" + type + "'");
  }

  House house;
  Member alice = house.member("alice");
  Login here = house.sign_in(alice);
  Login there = house.sign_in(alice);
  Principal me = house.principal(here);
};

TEST_F(Owner, LogsOutTheSessionAtOnceAndForAsLongAsATokenLives) {
  EXPECT_EQ(log_out(house.ports(), me, here.session, house.origin).value(), Enforcement::kActive);
  const std::string key = block_key(here.session).redis_key();
  ASSERT_TRUE(house.live.keys.contains(key));
  EXPECT_GT(house.live.lives.at(key).value(), std::chrono::seconds(360));
  EXPECT_LE(house.live.lives.at(key).value(), std::chrono::seconds(365));
  EXPECT_FALSE(authenticate(house.ports(), here.access_token.expose(), house.origin));
  EXPECT_TRUE(authenticate(house.ports(), there.access_token.expose(), house.origin));
  EXPECT_EQ(house.sql("select end_reason from session where id = '" + here.session.str() + "'"), "logout");
  EXPECT_EQ(events("logout"), "1");
}

TEST_F(Owner, LogsOutForAsLongAsATokenLivesAlsoWhereAShorterBlockStood) {
  const BlockKey key = block_key(here.session);
  ASSERT_TRUE(block_as_operator(house.database, house.live, system_random(),
                                {.key = key, .life = std::chrono::seconds(60)}, house.origin));
  EXPECT_EQ(log_out(house.ports(), me, here.session, house.origin).value(), Enforcement::kActive);
  EXPECT_GT(house.live.lives.at(key.redis_key()).value(), std::chrono::seconds(360));
  EXPECT_EQ(house.live.keys.at(key.redis_key()), "logout");
}

// The logout is committed: who is told that it was not would try again and be told that there is no session.
TEST_F(Owner, HasLoggedOutAlsoIfPostgresqlGoesAwayRightAfterwards) {
  test::LateDatabase late(
      house.database, [] { throw Unavailable("gone"); }, 2);
  Ports failing = house.ports_on(late);
  EXPECT_EQ(log_out(failing, me, here.session, house.origin).value(), Enforcement::kPending);
  EXPECT_EQ(house.sql("select count(*) from block where published_epoch is null"), "1");
}

TEST_F(Owner, LogsOutOnceAndOnlyOwnSessions) {
  const Login foreign = house.sign_in(house.member("bob"));
  EXPECT_EQ(log_out(house.ports(), me, foreign.session, house.origin).error().error, Error::kNotFound);
  EXPECT_TRUE(authenticate(house.ports(), foreign.access_token.expose(), house.origin));
  ASSERT_TRUE(log_out(house.ports(), me, here.session, house.origin));
  EXPECT_EQ(log_out(house.ports(), me, here.session, house.origin).error().error, Error::kNotFound);
  EXPECT_EQ(events("logout"), "1");
}

TEST_F(Owner, LogsOutTheOtherSessionsOrAll) {
  const Login foreign = house.sign_in(house.member("bob"));
  const Login third = house.sign_in(alice);
  const auto lets_in = [&](const Login& login) {
    return authenticate(house.ports(), login.access_token.expose(), house.origin).has_value();
  };
  EXPECT_EQ(log_out(house.ports(), me, LogoutScope::kOthers, house.origin), Enforcement::kActive);
  EXPECT_TRUE(lets_in(here));
  for (const Login* ended : std::initializer_list<const Login*>{&there, &third}) {
    EXPECT_FALSE(lets_in(*ended));
    EXPECT_TRUE(house.live.keys.contains(block_key(ended->session).redis_key()));
    EXPECT_FALSE(refresh(house.ports(), ended->refresh_token, house.origin));
  }
  EXPECT_EQ(events("logout"), "2");
  EXPECT_EQ(log_out(house.ports(), me, LogoutScope::kOthers, house.origin), Enforcement::kActive) << "none";
  EXPECT_EQ(events("logout"), "2");
  EXPECT_EQ(log_out(house.ports(), me, LogoutScope::kAll, house.origin), Enforcement::kActive);
  EXPECT_FALSE(lets_in(here));
  EXPECT_TRUE(lets_in(foreign));
}

TEST_F(Owner, LogsOutAllAlsoWhileRedisIsDark) {
  house.live.dark = true;
  EXPECT_EQ(log_out(house.ports(), me, LogoutScope::kAll, house.origin), Enforcement::kPending);
  EXPECT_EQ(house.sql("select count(*) from block where kind = 'session' and published_epoch is null"), "2");
  EXPECT_FALSE(authenticate(house.ports(), there.access_token.expose(), house.origin));
}

TEST_F(Owner, SeesTheSessionsTheActiveFirst) {
  house.sign_in(house.member("bob"));
  const Login third = house.sign_in(alice);
  ASSERT_TRUE(log_out(house.ports(), me, third.session, house.origin));
  house.sql("update session set idle_end = now() where id = '" + there.session.str() + "'");
  const std::vector<SessionEntry> sessions = list_sessions(house.ports(), me, std::nullopt, 100).sessions;
  ASSERT_EQ(sessions.size(), 3U);
  EXPECT_EQ(sessions[0].session.id, here.session);
  EXPECT_TRUE(sessions[0].live);
  EXPECT_EQ(sessions[0].ip, "192.0.2.7");
  EXPECT_EQ(sessions[0].user_agent, "Test/1.0");
  EXPECT_EQ(sessions[1].session.id, third.session);
  EXPECT_FALSE(sessions[1].live);
  EXPECT_EQ(sessions[1].end_reason, "logout");
  EXPECT_EQ(sessions[2].session.id, there.session);
  EXPECT_FALSE(sessions[2].live);
  EXPECT_FALSE(sessions[2].ended_at) << "timed out, ended by nobody";
}

TEST_F(Owner, SeesTheSessionsInPagesEachOnce) {
  house.sign_in(house.member("bob"));
  for (int i = 0; i < 5; ++i) house.sign_in(alice);
  house.sql("update session set idle_end = now() where id = '" + there.session.str() + "'");
  const std::vector<SessionEntry> all = list_sessions(house.ports(), me, std::nullopt, 100).sessions;
  ASSERT_EQ(all.size(), 7U);
  for (const int limit : {1, 2, 3, 6, 7}) {
    std::vector<SessionId> seen;
    std::optional<SessionPlace> place;
    do {
      const SessionPage page = list_sessions(house.ports(), me, place, limit);
      EXPECT_LE(page.sessions.size(), static_cast<std::size_t>(limit));
      for (const SessionEntry& entry : page.sessions) seen.push_back(entry.session.id);
      place = page.next;
    } while (place);
    ASSERT_EQ(seen.size(), all.size()) << limit;
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(seen[i], all[i].session.id) << limit;
  }
  EXPECT_EQ(all.back().session.id, there.session);
}

TEST_F(Owner, SeesTheAccount) {
  const Profile profile = get_account(house.ports(), me).value();
  EXPECT_EQ(profile.username, "alice");
  EXPECT_EQ(profile.email, "alice@example.org");
  EXPECT_TRUE(profile.email_verified);
  EXPECT_EQ(profile.login_count, 2);
  EXPECT_EQ(profile.last_login_ip, "192.0.2.7");
  EXPECT_EQ(profile.last_login_device, there.device);
  EXPECT_EQ(profile.attributes, "{}");
  EXPECT_FALSE(profile.last_logout_at);
}

TEST_F(Owner, SeesTheDevicesTheNewestLoginFirst) {
  ASSERT_TRUE(block(there.device));
  const std::vector<ListedDevice> devices = list_devices(house.ports(), me);
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].device.id, there.device);
  EXPECT_FALSE(devices[0].current);
  ASSERT_TRUE(devices[0].blocked);
  EXPECT_EQ(devices[0].blocked->reason, "lost");
  EXPECT_EQ(devices[1].device.id, here.device);
  EXPECT_TRUE(devices[1].current);
  EXPECT_FALSE(devices[1].blocked);
  EXPECT_EQ(devices[1].device.user_agent, "Test/1.0");
}

TEST_F(Owner, SeesNobodyElsesDevices) {
  const Login foreign = house.sign_in(house.member("bob"));
  EXPECT_EQ(list_devices(house.ports(), me).size(), 2U);
  EXPECT_EQ(block(foreign.device).error().error, Error::kNotFound);
  EXPECT_EQ(unblock(foreign.device).error().error, Error::kNotFound);
  EXPECT_TRUE(house.live.keys.empty());
}

TEST_F(Owner, BlocksADeviceAndLetsItInAgain) {
  EXPECT_EQ(block(there.device).value(), Enforcement::kActive);
  EXPECT_EQ(house.live.keys.at(redis_key(there.device)), "lost");
  EXPECT_EQ(authenticate(house.ports(), there.access_token.expose(), house.origin).error().error,
            Error::kDeviceBlocked);
  EXPECT_EQ(house.try_sign_in("alice", alice.password, there.device_token).error().error,
            Error::kDeviceBlocked);
  EXPECT_EQ(unblock(there.device).value(), Enforcement::kActive);
  EXPECT_TRUE(house.live.keys.empty());
  EXPECT_TRUE(authenticate(house.ports(), there.access_token.expose(), house.origin));
  EXPECT_EQ(events("block"), "1");
  EXPECT_EQ(events("unblock"), "1");
}

TEST_F(Owner, BlocksTwiceAsOnce) {
  ASSERT_TRUE(block(there.device));
  ASSERT_TRUE(block(there.device));
  EXPECT_EQ(house.sql("select count(*) from block"), "1");
  EXPECT_EQ(events("block"), "1");
  ASSERT_TRUE(unblock(there.device));
  ASSERT_TRUE(unblock(there.device));
  EXPECT_EQ(events("unblock"), "1");
}

TEST_F(Owner, BlocksForCertainAlsoWhileRedisIsDark) {
  house.live.dark = true;
  EXPECT_EQ(block(there.device).value(), Enforcement::kPending);
  EXPECT_EQ(authenticate(house.ports(), there.access_token.expose(), house.origin).error().error,
            Error::kDeviceBlocked);
  EXPECT_EQ(house.sql("select count(*) from block where published_epoch is null"), "1");
  house.live.dark = false;
  EXPECT_EQ(block(there.device).value(), Enforcement::kActive) << "asking again publishes it";
  EXPECT_EQ(house.sql("select count(*) from block where published_epoch is null"), "0");
}

// By the operator's command, by hand in Redis: the device stays blocked when that block would have ended.
TEST_F(Owner, BlocksForGoodADeviceThatAnAdministratorHasBlockedForATime) {
  const BlockKey key = block_key(there.device);
  for (const char* source : {"ctl", "redis"}) {
    SCOPED_TRACE(source);
    house.sql("delete from block");
    ASSERT_TRUE(block_as_operator(house.database, house.live, system_random(),
                                  {.key = key, .reason = "under inspection", .life = std::chrono::hours(1)},
                                  house.origin));
    house.sql("update block set source = '" + std::string(source) + "'");
    EXPECT_EQ(block(there.device).value(), Enforcement::kActive);
    EXPECT_EQ(house.sql("select count(*) || ' ' || count(ends_at) from block where lifted_at is null"),
              "1 0");
    EXPECT_FALSE(house.live.lives.at(key.redis_key())) << "without an end in Redis, too";
    EXPECT_EQ(unblock(there.device).error().error, Error::kBlockedByAdmin);
    EXPECT_EQ(house.live.keys.at(key.redis_key()), "under inspection");
    ASSERT_TRUE(block(there.device));
    EXPECT_EQ(house.sql("select count(*) from block"), "2") << "once is enough";
  }
}

TEST_F(Owner, BlocksADeviceWhoseTimedBlockIsOverAsItsOwn) {
  ASSERT_TRUE(block_as_operator(house.database, house.live, system_random(),
                                {.key = block_key(there.device), .life = std::chrono::hours(1)},
                                house.origin));
  house.sql("update block set ends_at = now()");
  ASSERT_TRUE(block(there.device));
  EXPECT_EQ(house.live.keys.at(redis_key(there.device)), "lost");
  EXPECT_TRUE(unblock(there.device));
  EXPECT_TRUE(house.live.keys.empty());
}

TEST_F(Owner, MayNotLiftWhatAnAdministratorHasSet) {
  house.sql(
      "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), 'device', "
      "'" +
      there.device.str() + "', 'stolen', 'redis', now())");
  EXPECT_EQ(unblock(there.device).error().error, Error::kBlockedByAdmin);
  EXPECT_EQ(house.sql("select count(*) from block where lifted_at is null"), "1");
}

TEST_F(Owner, LeavesABlockAloneThatAnAdministratorSetAfterTheUnblocking) {
  ASSERT_TRUE(block(there.device));
  house.live.keys[redis_key(there.device)] = "stolen";
  ASSERT_TRUE(unblock(there.device));
  EXPECT_EQ(house.live.keys.at(redis_key(there.device)), "stolen");
}

TEST_F(Owner, KeepsTheHistoryOfBlocks) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(block(there.device));
    ASSERT_TRUE(unblock(there.device));
  }
  EXPECT_EQ(house.sql("select count(*) from block where lifted_source = 'api' and lifted_by = set_by"), "3");
}

}  // namespace
}  // namespace gatehouse::accounts
