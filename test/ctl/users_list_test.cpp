#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test/support/command_line.hpp"

namespace gatehouse::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class CtlUsers : public testing::Test {
 protected:
  CtlUsers() {
    for (const char* name : {"alice", "bob", "carol"}) ctl.house.member(name);
    (void)ctl.house.sign_up(
        {.username = "dave", .email = "dave@example.org", .password = "the password of dave"});
  }

  json page(const std::string& arguments) const {
    const Ran ran = ctl.run("users list --json " + arguments);
    EXPECT_EQ(ran.status, 0) << ran.output;
    return json::parse(ran.output);
  }
  std::vector<std::string> names(const std::string& arguments = "") const {
    const json found = page(arguments);
    std::vector<std::string> names;
    for (const json& user : found.at("users")) names.push_back(user.at("username"));
    return names;
  }

  CommandLine ctl;
};

TEST_F(CtlUsers, AreListedInTheOrderInWhichTheyCame) {
  EXPECT_THAT(names(), testing::ElementsAre("alice", "bob", "carol", "dave"));
}

TEST_F(CtlUsers, AreFoundByAPartOfNameOrAddressAndById) {
  EXPECT_THAT(names("--search ARO"), testing::ElementsAre("carol"));
  EXPECT_THAT(names("--search bob@example"), testing::ElementsAre("bob"));
  EXPECT_THAT(names("--search " + ctl.house.sql("select id from account where username = 'bob'")),
              testing::ElementsAre("bob"));
  for (const char* nobody : {"%", "_", "\"' or true --\"", "'\\'"})
    EXPECT_THAT(names(std::string("--search ") + nobody), testing::IsEmpty()) << nobody;
  EXPECT_EQ(ctl.run("users list --search $'\\xff'").status, 2);
}

TEST_F(CtlUsers, AreFoundByStateAndRole) {
  ctl.house.sql("update account set disabled_at = now() where username = 'bob'");
  ctl.house.sql("update account set roles = '{user,admin}' where username = 'alice'");
  ASSERT_EQ(ctl.run("block user carol").status, 0);
  EXPECT_THAT(names("--state active"), testing::ElementsAre("alice"));
  EXPECT_THAT(names("--state disabled"), testing::ElementsAre("bob"));
  EXPECT_THAT(names("--state blocked"), testing::ElementsAre("carol"));
  EXPECT_THAT(names("--state unverified"), testing::ElementsAre("dave"));
  EXPECT_THAT(names("--role admin"), testing::ElementsAre("alice"));
  EXPECT_EQ(ctl.run("users list --state happy").status, 2);

  ctl.run("unblock user carol");
  ASSERT_EQ(ctl.run("block user carol --before").status, 0);
  EXPECT_THAT(names("--state active"), testing::ElementsAre("alice", "carol"));
}

TEST_F(CtlUsers, ComeInPages) {
  const json first = page("--limit 3");
  EXPECT_EQ(first.at("users").size(), 3U);
  const std::string next = first.at("next");
  EXPECT_THAT(names("--limit 3 --after " + next), testing::ElementsAre("dave"));
  EXPECT_TRUE(page("--limit 4").at("next").is_null());
  EXPECT_THAT(ctl.run("users list --limit 3").output, HasSubstr("There are more: add --after " + next));
  EXPECT_EQ(ctl.run("users list --limit 0").status, 2);
  EXPECT_EQ(ctl.run("users list --after \"' or 1=1\"").status, 2);
}

TEST_F(CtlUsers, CannotSteerTheTerminal) {
  ctl.house.sql(
      "update account set email = E'a\\x1b]0;owned\\x07b\\u009b2J', roles = array[E'\\x1b[1m'] where "
      "username = 'bob'");
  for (const char* form : {"users list", "users list --json"}) {
    const Ran ran = ctl.run(form);
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.output, HasSubstr("bob"));
    for (const char* bad : {"\x1b", "\x07", "\xc2\x9b"})
      EXPECT_EQ(ran.output.find(bad), std::string::npos) << form;
  }
}

TEST_F(CtlUsers, SayNothingOfPasswords) {
  EXPECT_EQ(ctl.run("users list --json").output.find("argon2"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::test
