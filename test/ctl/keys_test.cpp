#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/command_line.hpp"

namespace gatehouse::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class CtlKeys : public testing::Test {
 protected:
  CommandLine ctl;
  const std::string kid = ctl.house.signing_keys.public_keys().keys().front().kid();
};

TEST_F(CtlKeys, AreListedWithWhatTheyDo) {
  EXPECT_THAT(ctl.run("keys list").output, ContainsRegex(kid + " +EdDSA +signs "));
  ASSERT_EQ(ctl.run("keys rotate").status, 0);
  const std::string list = ctl.run("keys list").output;
  EXPECT_THAT(list, ContainsRegex("EdDSA +published, signs in 9m 5[0-9]s"));
  EXPECT_THAT(list, ContainsRegex(kid + " +EdDSA +signs "));
}

TEST_F(CtlKeys, AreRotatedWithAPlanThatIsToldAndLogged) {
  const Ran ran = ctl.run("keys rotate --lead 5m --algorithm ES256");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, ContainsRegex("new key .* .ES256.: published now, signs from .* .in 5m."));
  // 5 minutes lead, 5 of a token's life, its leeway and a minute.
  EXPECT_THAT(ran.output, ContainsRegex("old key " + kid + ": retired at .* .in 11m 5s."));
  EXPECT_THAT(ctl.event("unix_user, identifier", "admin_keys_rotate"),
              HasSubstr(" " + ctl.house.sql("select kid from signing_key order by used_from desc limit 1")));
  const Ran again = ctl.run("keys rotate");
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("a rotation is under way"));
  EXPECT_EQ(ctl.house.sql("select count(*) from signing_key"), "2");
}

TEST_F(CtlKeys, AreNotMadeUnderAnotherMasterKey) {
  write_file(ctl.master_key_file() + "2", std::string(64, 'a'));
  const Ran ran = run_shell("chmod 0400 " + ctl.master_key_file() +
                            "2 && GATEHOUSE__SECRETS__MASTER_KEY_FILE=" + ctl.master_key_file() +
                            "2 GATEHOUSE_CONFIG=" + ctl.settings_file() +
                            " ${BUILD_DIR:-.build/release}/bin/gatehousectl keys rotate");
  EXPECT_EQ(ran.status, 5);
  EXPECT_THAT(ran.output, HasSubstr("was stored under another master key"));
  EXPECT_EQ(ctl.house.sql("select count(*) from signing_key"), "1");
}

}  // namespace
}  // namespace gatehouse::test
