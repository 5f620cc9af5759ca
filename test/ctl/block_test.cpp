// gatehousectl block and unblock: PostgreSQL, Redis and the log end up as after any other way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/device_blocking.hpp"
#include "live/keeper.hpp"
#include "test/support/command_line.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class CtlBlock : public testing::Test {
 protected:
  std::string in_redis(const std::string& key) const { return ctl.redis.cli("GET gatehouse:block:" + key); }
  Ran block(const std::string& arguments) const { return ctl.run("block " + arguments); }
  Ran unblock(const std::string& arguments) const { return ctl.run("unblock " + arguments); }

  CommandLine ctl;
  const accounts::Login alice = ctl.house.sign_in(ctl.house.member("alice"));
  const std::string device = alice.device.str();
  const std::string user = ctl.house.sql("select id from account where username = 'alice'");
};

TEST_F(CtlBlock, IsCommittedPublishedAndLogged) {
  const Ran blocked = block("device " + device + " --reason 'stolen laptop'");
  EXPECT_EQ(blocked.output, "device " + device + " is blocked: enforced\n");
  EXPECT_EQ(blocked.status, 0);
  EXPECT_EQ(ctl.stored(device), "ctl stolen laptop");
  EXPECT_EQ(in_redis("device:" + device), "stolen laptop");
  EXPECT_THAT(ctl.event("unix_user, reason, device_id, identifier, user_agent", "block"),
              MatchesRegex("[a-z].* stolen laptop " + device + " gatehouse:block:device:" + device +
                           " gatehousectl/.*"));
}

TEST_F(CtlBlock, IsLiftedAgain) {
  block("device " + device);
  const Ran lifted = unblock("device " + device + " --reason 'found again'");
  EXPECT_EQ(lifted.output, "device " + device + " is unblocked: enforced\n");
  EXPECT_EQ(lifted.status, 0);
  EXPECT_EQ(ctl.stored(device), "");
  EXPECT_EQ(in_redis("device:" + device), "");
  EXPECT_EQ(ctl.house.sql("select lifted_source from block where subject = '" + device + "'"), "ctl");
  EXPECT_THAT(ctl.event("unix_user, reason, device_id", "unblock"), HasSubstr(" found again " + device));
  EXPECT_EQ(unblock("device " + device).output, "device " + device + " is not blocked\n");
}

TEST_F(CtlBlock, TakesEveryKindAndAnIdInCapitals) {
  std::string capitals = device;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(block("device " + capitals).status, 0);
  EXPECT_EQ(block("session " + alice.session.str()).status, 0);
  EXPECT_EQ(block("token " + alice.token_id.str()).status, 0);
  EXPECT_EQ(block("user ALICE").status, 0);
  EXPECT_EQ(in_redis("device:" + device), "blocked by the operator");
  EXPECT_EQ(in_redis("session:" + alice.session.str()), "blocked by the operator");
  EXPECT_EQ(in_redis("token:" + alice.token_id.str()), "blocked by the operator");
  EXPECT_EQ(in_redis("user:" + user), "blocked by the operator");
  EXPECT_EQ(unblock("user alice@example.org").status, 0);
  EXPECT_EQ(in_redis("user:" + user), "");
}

TEST_F(CtlBlock, TakesAddressesAndNetworksInAnySpelling) {
  EXPECT_EQ(block("ip 192.0.2.7").status, 0);
  EXPECT_EQ(in_redis("ip:192.0.2.7"), "blocked by the operator");
  EXPECT_EQ(block("ip ::ffff:198.51.100.9/120").output, "ip 198.51.100.0/24 is blocked: enforced\n");
  EXPECT_EQ(unblock("ip 198.51.100.77/24").status, 0);
  EXPECT_EQ(in_redis("ip:198.51.100.0/24"), "");
  for (const char* wrong : {"192.0.2", "192.0.2.0/33", "example.org", "::1%lo"})
    EXPECT_EQ(block(std::string("ip ") + wrong).status, 2) << wrong;
}

TEST_F(CtlBlock, UnblockFindsANetworkAsAnAdministratorHasSpelledIt) {
  ctl.redis.cli("SET gatehouse:block:ip:192.0.2.7/24 noise");
  EXPECT_EQ(unblock("ip 192.0.2.7/24").status, 0);
  EXPECT_EQ(in_redis("ip:192.0.2.7/24"), "");
}

TEST_F(CtlBlock, EndsByItselfIfItIsForAWhile) {
  EXPECT_EQ(block("device " + device + " --for 10m").status, 0);
  EXPECT_GT(std::stoi(ctl.redis.cli("PTTL gatehouse:block:device:" + device)), 590'000);
  EXPECT_EQ(ctl.house.sql("select ends_at - created_at from block"), "00:10:00");
  for (const char* wrong : {"10", "-1s", "0s", "1y", "\"10m; drop table block\""})
    EXPECT_EQ(block("device " + device + " --for " + wrong).status, 2) << wrong;
}

TEST_F(CtlBlock, ReplacesTheBlockThatStandsAndSaysSo) {
  block("device " + device + " --reason lost");
  EXPECT_THAT(block("device " + device + " --reason lost").output,
              HasSubstr("was blocked already: enforced"));
  EXPECT_THAT(block("device " + device + " --reason stolen").output, HasSubstr("is blocked anew: enforced"));
  EXPECT_EQ(in_redis("device:" + device), "stolen");
  EXPECT_EQ(ctl.house.sql("select count(*) from block where lifted_at is null"), "1");
}

TEST_F(CtlBlock, DoesNotShortenWhatTheOwnerHasBlocked) {
  const accounts::Principal owner = ctl.house.principal(alice);
  ASSERT_TRUE(accounts::block_device(ctl.house.ports(), owner, alice.device, "stolen", {}));
  const Ran refused = block("device " + device + " --for 10m");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("lasts longer already"));
  EXPECT_EQ(ctl.stored(device), "api stolen");
  EXPECT_EQ(block("device " + device + " --reason 'fraud, too'").status, 0) << "for ever is not shorter";
}

TEST_F(CtlBlock, BeforeRefusesTheOldTokensOfAUserAlone) {
  const Ran now = block("user alice --before --reason 'cookie leaked'");
  EXPECT_EQ(now.status, 0) << now.output;
  EXPECT_THAT(in_redis("user:" + user), MatchesRegex("before=[0-9]{10}"));
  EXPECT_THAT(ctl.event("reason", "block"), MatchesRegex("before=[0-9]{10} cookie leaked"));
  EXPECT_EQ(accounts::authenticate(ctl.house.ports(), alice.access_token.expose(), {}).error().detail,
            "revoked");
  EXPECT_TRUE(ctl.house.try_sign_in("alice", "the password of alice"));

  EXPECT_THAT(block("user alice --before 1700000000").output, HasSubstr("refuses more stands already"));
  EXPECT_EQ(block("user alice --before 4000000000").status, 1);
  EXPECT_EQ(block("user alice --before yesterday").status, 2);
  EXPECT_EQ(block("device " + device + " --before").status, 1);
}

TEST_F(CtlBlock, BeforeDoesNotOpenWhatIsBlockedAltogether) {
  block("user alice --reason gone");
  EXPECT_EQ(block("user alice --before").status, 1);
  EXPECT_EQ(in_redis("user:" + user), "gone");
}

TEST_F(CtlBlock, AReasonCannotPassForBefore) {
  EXPECT_EQ(block("user alice --reason before=1").status, 1);
  EXPECT_EQ(in_redis("user:" + user), "");
}

TEST_F(CtlBlock, RefusesWhatIsNoIdAndWhatIsNotThere) {
  for (const char* id : {"x", "\"' or 1=1 --\"", "01933f2e", "$'\\e[2J'", "''",
                         "\"$(head -c 5000 /dev/zero | tr '\\0' a)\""}) {
    const Ran ran = block(std::string("device ") + id);
    EXPECT_EQ(ran.status, 2) << id;
    EXPECT_EQ(ran.output.find('\x1b'), std::string::npos) << id;
    EXPECT_LT(ran.output.size(), 500U) << id;
  }
  EXPECT_EQ(block("user \"alice' or 'a'='a\"").status, 2);
  EXPECT_EQ(block("planet " + device).status, 2);
  const std::string unknown = "01933f2e-5f3c-7d6a-9c1b-0a4f8a1b2c3d";
  EXPECT_EQ(block("device " + unknown).status, 1);
  EXPECT_EQ(block("device " + alice.session.str()).status, 1) << "a session's id is no device's";
  EXPECT_EQ(ctl.house.sql("select count(*) from block"), "0");
  EXPECT_EQ(block("device " + unknown + " --unknown").status, 0);
  EXPECT_EQ(in_redis("device:" + unknown), "blocked by the operator");
}

TEST_F(CtlBlock, KeepsAReasonAsPlainText) {
  EXPECT_EQ(block("device " + device + " --reason $'a\\e[31mred\\nline'").status, 0);
  EXPECT_EQ(in_redis("device:" + device), "a?[31mred?line");
  EXPECT_EQ(block("device " + device + " --reason \"'); delete from block; --\"").status, 0);
  EXPECT_EQ(ctl.stored(device), "ctl '); delete from block; --");
}

TEST_F(CtlBlock, IsPendingWhileRedisIsDarkAndComesWithTheKeeper) {
  ctl.redis.kill();
  const Ran blocked = block("device " + device);
  EXPECT_EQ(blocked.status, 4) << blocked.output;
  EXPECT_THAT(blocked.output, HasSubstr("pending"));
  EXPECT_EQ(ctl.stored(device), "ctl blocked by the operator");
  ctl.redis.start();
  const live::Keeper keeper(ctl.house.database, {.address = Endpoint::parse(ctl.redis.address()).value()},
                            system_random());
  EXPECT_TRUE(wait_until([&] { return in_redis("device:" + device) == "blocked by the operator"; }));

  ctl.redis.freeze();
  const Ran lifted = unblock("device " + device);
  ctl.redis.thaw();
  EXPECT_EQ(lifted.status, 4) << lifted.output;
  EXPECT_TRUE(wait_until([&] { return in_redis("device:" + device).empty(); }));
}

TEST_F(CtlBlock, UnblockLiftsWhatAnAdministratorHasJustSetByHand) {
  ctl.redis.cli("SET gatehouse:block:device:" + device + " \"by hand\"");
  EXPECT_EQ(unblock("device " + device).output, "device " + device + " is unblocked: enforced\n");
  EXPECT_EQ(in_redis("device:" + device), "");
  EXPECT_EQ(ctl.house.sql("select source || ' ' || value || ' ' || lifted_source from block"),
            "redis by hand ctl");
}

TEST_F(CtlBlock, UnblockLiftsWhatTheKeeperHasRecordedWhateverItsValue) {
  const live::Keeper keeper(ctl.house.database, {.address = Endpoint::parse(ctl.redis.address()).value()},
                            system_random());
  ASSERT_TRUE(wait_until([&] { return keeper.state() == "ready"; }));
  ctl.redis.cli("SET gatehouse:block:device:" + device + " $'line\\nbreak'");
  ASSERT_TRUE(wait_until([&] { return ctl.stored(device) == "redis line?break"; }));
  EXPECT_EQ(unblock("device " + device).status, 0);
  EXPECT_EQ(in_redis("device:" + device), "");
  EXPECT_EQ(ctl.stored(device), "");
}

TEST_F(CtlBlock, TheKeeperLiftsLaterWhateverTheValue) {
  const live::Keeper keeper(ctl.house.database, {.address = Endpoint::parse(ctl.redis.address()).value()},
                            system_random());
  ASSERT_TRUE(wait_until([&] { return keeper.state() == "ready"; }));
  const std::string list = alice.session.str();
  ctl.redis.cli("SET gatehouse:block:device:" + device + " $'line\\nbreak'");
  ctl.redis.cli("RPUSH gatehouse:block:session:" + list + " x");
  ASSERT_TRUE(wait_until([&] { return !ctl.stored(device).empty() && !ctl.stored(list).empty(); }));
  ctl.redis.freeze();
  EXPECT_EQ(unblock("device " + device).status, 4);
  EXPECT_EQ(unblock("session " + list).status, 4);
  ctl.redis.thaw();
  EXPECT_TRUE(wait_until([&] {
    return ctl.redis.cli("EXISTS gatehouse:block:device:" + device + " gatehouse:block:session:" + list) ==
           "0";
  }));
}

TEST_F(CtlBlock, UnblockDoesNotGuessWhileRedisIsDark) {
  ctl.redis.kill();
  const Ran ran = unblock("device " + device);
  EXPECT_EQ(ran.status, 3) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("Redis does not answer"));
}

TEST_F(CtlBlock, SaysThatPostgresqlDoesNotAnswer) {
  const Ran ran = ctl.run("block device " + device + " --config /dev/null");
  EXPECT_EQ(ran.status, 2) << ran.output;
  const Ran dark = run_shell(
      "GATEHOUSE__DATABASE__CONNINFO='host=/nowhere dbname=x' GATEHOUSE_CONFIG=" + ctl.settings_file() + " " +
      "${BUILD_DIR:-.build/release}/bin/gatehousectl block device " + device);
  EXPECT_EQ(dark.status, 3) << dark.output;
  EXPECT_THAT(dark.output, HasSubstr("gatehousectl: PostgreSQL: "));
  EXPECT_EQ(in_redis("device:" + device), "");
}

}  // namespace
}  // namespace gatehouse::test
