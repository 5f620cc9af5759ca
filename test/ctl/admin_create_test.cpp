#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/password_reset.hpp"
#include "base/version.hpp"
#include "jose/base64url.hpp"
#include "test/support/command_line.hpp"

namespace gatehouse::test {
namespace {

using testing::HasSubstr;

class CtlAdmin : public testing::Test {
 protected:
  Ran create(const std::string& arguments, const std::string& password = "correct horse battery\n") const {
    return ctl.run("admin create --password-stdin " + arguments, password);
  }
  std::string accounts() const { return ctl.house.sql("select count(*) from account"); }

  CommandLine ctl;
};

TEST_F(CtlAdmin, CanLogInAtOnceAndItsTokensCarryTheRole) {
  const Ran ran = create("root1 --email root1@example.org");
  EXPECT_EQ(ran.status, 0) << ran.output;
  const auto login = ctl.house.try_sign_in("root1", "correct horse battery");
  ASSERT_TRUE(login);
  EXPECT_THAT(ctl.house.principal(*login).roles, testing::ElementsAre("user", "admin"));
  const std::string token(login->access_token.expose());
  const std::size_t from = token.find('.') + 1;
  EXPECT_THAT(jose::base64url_decode(token.substr(from, token.rfind('.') - from)).value(),
              HasSubstr(R"("roles":["user","admin"])"));
  EXPECT_THAT(ctl.event("outcome, identifier", "admin_create"), "ok root1");
}

TEST_F(CtlAdmin, TakesAPasswordFromALineThatEndsAsOnWindows) {
  create("root1 --email root1@example.org", "correct horse battery\r\n");
  EXPECT_TRUE(ctl.house.try_sign_in("root1", "correct horse battery"));
}

TEST_F(CtlAdmin, IsTheSameTheSecondTime) {
  create("root1 --email root1@example.org");
  const Ran again = create("Root1 --email ROOT1@example.org", "another password\n");
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("is an administrator already"));
  EXPECT_EQ(accounts(), "1");
  EXPECT_TRUE(ctl.house.try_sign_in("root1", "correct horse battery"));
}

TEST_F(CtlAdmin, NamesEveryFault) {
  const Ran ran = create("x --email nowhere", "short\n");
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.output, HasSubstr("username: "));
  EXPECT_THAT(ran.output, HasSubstr("email: "));
  EXPECT_THAT(ran.output, HasSubstr("password: "));
  EXPECT_EQ(accounts(), "0");
}

TEST_F(CtlAdmin, TakesNobodysNameOrAddress) {
  ctl.house.member("alice");
  EXPECT_THAT(create("alice --email other@example.org").output, HasSubstr("has this username"));
  EXPECT_THAT(create("other --email Alice@example.org").output,
              HasSubstr("has confirmed this email address"));
  EXPECT_EQ(create("alice --email alice@example.org").status, 1) << "alice is no administrator";
  EXPECT_EQ(accounts(), "1");
  EXPECT_EQ(ctl.house.sql("select roles from account"), "{user}");
  EXPECT_THAT(ctl.event("outcome", "admin_create"), "refused");
}

TEST_F(CtlAdmin, WantsAPassword) {
  EXPECT_EQ(create("root1 --email root1@example.org", "").status, 2);
  const Ran unasked = run_shell(
      "GATEHOUSE_CONFIG=" + ctl.settings_file() +
      " setsid ${BUILD_DIR:-.build/release}/bin/gatehousectl admin create a.b --email a@example.org");
  EXPECT_EQ(unasked.status, 2) << unasked.output;
  EXPECT_THAT(unasked.output, HasSubstr("--password-stdin"));
}

TEST_F(CtlAdmin, TypesThePasswordUnseen) {
  // script(1) gives a terminal of its own; each line is typed once it is asked for.
  const Ran ran = run_shell(
      "coproc T { script -qec '${BUILD_DIR:-.build/release}/bin/gatehousectl admin create root1 --email "
      "root1@example.org' /dev/null; }; "
      "for i in 1 2; do read -r -d : -u ${T[0]} prompt; echo \"$prompt\"; echo 'correct horse battery' "
      ">&${T[1]}; "
      "done; cat <&${T[0]}",
      {{"GATEHOUSE_CONFIG", ctl.settings_file()}});
  EXPECT_THAT(ran.output, HasSubstr("created the administrator root1"));
  EXPECT_EQ(ran.output.find("horse"), std::string::npos) << ran.output;
}

class CtlAdminByCode : public CtlAdmin {
 protected:
  Ran create_by_code(const std::string& more = "") const {
    return ctl.run("admin create root1 --email root1@example.org --reset-code " + more);
  }
  // As the administrator does it, with what was printed.
  std::string choose(const std::string& printed, const std::string& password) {
    const std::string path = "https://example.org/auth/v1/password-resets/", code = R"({"code": ")";
    const auto id =
        accounts::ChallengeId::parse(std::string_view(printed).substr(printed.find(path) + path.size(), 36));
    const auto done = accounts::finish_reset(
        ctl.house.ports(), id.value(),
        {.code = printed.substr(printed.find(code) + code.size(), 6), .fresh = Secret(password)},
        ctl.house.origin);
    return done ? "ok" : std::string(accounts::code(done.error().error));
  }
};

TEST_F(CtlAdminByCode, ChoosesThePasswordThatNobodyElseKnows) {
  const Ran ran = create_by_code();
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(ctl.house.sql("select roles from account where email_verified_at is not null"), "{user,admin}");
  EXPECT_EQ(ctl.house.sql("select count(*) from outbox"), "0") << "no mail is sent";
  EXPECT_EQ(choose(ran.output, "correct horse battery"), "ok");
  EXPECT_TRUE(ctl.house.try_sign_in("root1", "correct horse battery"));
  EXPECT_EQ(choose(ran.output, "another horse battery"), "invalid_code") << "once";
}

TEST_F(CtlAdminByCode, HasNoCodeForAnAdministratorWhoIsThere) {
  create("root1 --email root1@example.org");
  const Ran again = create_by_code();
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_EQ(again.output.find("code"), std::string::npos) << again.output;
  EXPECT_EQ(ctl.house.sql("select count(*) from challenge"), "0");
}

TEST_F(CtlAdminByCode, AsksForNoPasswordAndTakesNone) {
  EXPECT_EQ(create_by_code("--password-stdin").status, 2);
  EXPECT_EQ(accounts(), "0");
}

TEST_F(CtlAdminByCode, NamesTheFaultsButThoseOfAPassword) {
  const Ran ran = ctl.run("admin create x --email nowhere --reset-code");
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.output, HasSubstr("username: "));
  EXPECT_THAT(ran.output, HasSubstr("email: "));
  EXPECT_EQ(ran.output.find("password: "), std::string::npos) << ran.output;
}

class CtlUsage : public CtlAdmin {};

TEST_F(CtlUsage, IsExplainedAndItsMistakesEndWithTwo) {
  EXPECT_EQ(ctl.run("--version").output, std::string("gatehousectl ") + kVersion + "\n");
  for (const char* words : {"--help", "block --help", "users list --help", "keys rotate --help"})
    EXPECT_EQ(ctl.run(words).status, 0) << words;
  for (const char* words : {"", "nonsense", "users", "block", "block device", "users list --nonsense",
                            "keys rotate --algorithm none"})
    EXPECT_EQ(ctl.run(words).status, 2) << words;
}

TEST_F(CtlUsage, NamesWhatIsWrongWithTheSettings) {
  const Ran ran = ctl.run_with("[log]\nlevel = 'loud'\n", "users list");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("log.level must be"));
  EXPECT_THAT(ctl.run("--config /nowhere users list").output,
              HasSubstr("gatehousectl: /nowhere: cannot be read"));
}

}  // namespace
}  // namespace gatehouse::test
