#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/command_line.hpp"

namespace gatehouse::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class CtlExplain : public testing::Test {
 protected:
  CommandLine ctl;
  const accounts::Login alice = ctl.house.sign_in(ctl.house.member("alice"));
  const std::string token{alice.access_token.expose()};
};

TEST_F(CtlExplain, TellsOfAGoodTokenWithoutRepeatingIt) {
  const Ran ran = ctl.run("explain " + token);
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("signature       good; EdDSA, key "));
  EXPECT_THAT(ran.output, ContainsRegex("  exp +20[0-9-]+ [0-9:]+Z .in 4m [0-9]+s."));
  EXPECT_THAT(ran.output, ContainsRegex("user +alice; roles user\n"));
  EXPECT_THAT(ran.output, ContainsRegex("session +live, ends "));
  EXPECT_THAT(ran.output, ContainsRegex("blocks +none\n"));
  EXPECT_THAT(ran.output, ContainsRegex("gate +200 ok\n"));
  EXPECT_THAT(ran.output, Not(HasSubstr(token.substr(token.rfind('.')))));
}

TEST_F(CtlExplain, ReadsStandardInputAndABearerLine) {
  EXPECT_EQ(ctl.run("explain -", "Bearer " + token + "\r\n").status, 0);
  EXPECT_EQ(ctl.run("explain -", "").status, 1);
}

TEST_F(CtlExplain, NamesTheBlockThatRefusesIt) {
  ctl.run("block device " + alice.device.str() + " --reason 'stolen laptop' --for 1h");
  const Ran ran = ctl.run("explain " + token);
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.output, ContainsRegex("device block +\"stolen laptop\", by ctl .*, until "));
  EXPECT_THAT(ran.output, ContainsRegex("gate +403 device_blocked\n"));
}

TEST_F(CtlExplain, SaysThatRedisDoesNotAnswer) {
  ctl.redis.kill();
  EXPECT_THAT(ctl.run("explain " + token).output, HasSubstr("gatehouse_stale"));
}

TEST_F(CtlExplain, IsNotSteeredByWhatItShows) {
  ctl.house.sql(R"(update device set name = E'\x1b[2J', user_agent = E'\x1b]0;x\x07')");
  for (const std::string& shown :
       {token, std::string("$'\\e[2J'"), std::string("\"' or 1=1 --\""), std::string("..")}) {
    const Ran ran = ctl.run("explain " + shown);
    EXPECT_EQ(ran.output.find('\x1b'), std::string::npos) << shown;
    EXPECT_LT(ran.status, 2) << ran.output;
  }
}

TEST_F(CtlExplain, MakesNoKeyWhereThereIsNone) {
  ctl.house.sql("delete from signing_key");
  EXPECT_EQ(ctl.run("explain " + token).status, 5);
  EXPECT_EQ(ctl.house.sql("select count(*) from signing_key"), "0");
}

}  // namespace
}  // namespace gatehouse::test
