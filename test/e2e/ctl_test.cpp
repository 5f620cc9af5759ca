// gatehousectl and the running system: whatever the way of a block, all parts end up the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

using testing::HasSubstr;

Ran ctl(const Stack& stack, const std::string& arguments) {
  return stack.shell(". \"$RUN_DIR/env\" && gatehousectl " + arguments);
}

class Ctl : public testing::Test {
 protected:
  Ctl() { person_.become_verified(); }

  bool app_becomes(const Login& login, long status) const {
    return wait_until([&] { return status_of_app(stack_, login) == status; });
  }
  // PostgreSQL, Redis, the gate and the log say of the device that it is blocked, or is not any more.
  testing::AssertionResult agree(const Login& login, bool blocked) const {
    const std::string active =
        "select count(*) from block where lifted_at is null and published_epoch is not null "
        "and subject = '" +
        login.device_id + "'";
    if (!wait_until([&] { return stack_.sql(active) == (blocked ? "1" : "0"); }))
      return testing::AssertionFailure() << "PostgreSQL: " << stack_.sql(active);
    if (stack_.redis("EXISTS gatehouse:block:device:" + login.device_id) != (blocked ? "1" : "0"))
      return testing::AssertionFailure() << "Redis";
    if (!app_becomes(login, blocked ? 403 : 200)) return testing::AssertionFailure() << "the gate";
    const std::string last = stack_.sql("select type from event where device_id = '" + login.device_id +
                                        "' and type in ('block', 'unblock') order by time desc limit 1");
    if (last != (blocked ? "block" : "unblock")) return testing::AssertionFailure() << "the log: " << last;
    return testing::AssertionSuccess();
  }

  long api(const std::string& method, const Login& by, const Login& of) const {
    return HttpRequest{
        .url = stack_.api("/devices/" + of.device_id + "/block"), .method = method, .headers = {by.bearer()}}
        .send()
        .status;
  }
  void block(const std::string& way, const Login& login, const Login& other) const {
    if (way == "redis") {
      stack_.redis("SET gatehouse:block:device:" + login.device_id + " lost");
    } else if (way == "api") {
      EXPECT_EQ(api("PUT", other, login), 204);
    } else {
      EXPECT_EQ(ctl(stack_, "block device " + login.device_id).status, 0);
    }
  }
  void unblock(const std::string& way, const Login& login, const Login& other) const {
    if (way == "redis") {
      stack_.redis("DEL gatehouse:block:device:" + login.device_id);
    } else if (way == "api") {
      EXPECT_EQ(api("DELETE", other, login), 204);
    } else {
      EXPECT_EQ(ctl(stack_, "unblock device " + login.device_id).status, 0);
    }
  }

  Stack& stack_ = shared_stack();
  const Person person_{stack_};
};

TEST_F(Ctl, EveryWayOfABlockEndsTheSame) {
  const Login laptop = person_.log_in();
  const Login phone = person_.log_in();
  const std::vector<std::pair<std::string, std::string>> ways{
      {"ctl", "ctl"}, {"ctl", "redis"}, {"redis", "ctl"}, {"redis", "redis"},
      {"api", "ctl"}, {"api", "redis"}, {"api", "api"}};
  for (const auto& [set, lifted] : ways) {
    block(set, laptop, phone);
    EXPECT_TRUE(agree(laptop, true)) << set;
    unblock(lifted, laptop, phone);
    EXPECT_TRUE(agree(laptop, false)) << set << " then " << lifted;
  }
  EXPECT_EQ(status_of_app(stack_, phone), 200);
}

TEST_F(Ctl, ABlockOfTheOperatorIsNotTheOwnersToLift) {
  const Login laptop = person_.log_in();
  const Login phone = person_.log_in();
  block("ctl", laptop, phone);
  EXPECT_EQ(api("DELETE", phone, laptop), 403);
  EXPECT_TRUE(agree(laptop, true));
  unblock("ctl", laptop, phone);
}

TEST_F(Ctl, BlocksUserAndSessionAndExplainsIt) {
  const Login login = person_.log_in();
  EXPECT_EQ(ctl(stack_, "explain " + login.access_token).status, 0);
  for (const std::string& what : {"user " + person_.username(), "session " + login.session_id}) {
    EXPECT_EQ(ctl(stack_, "block " + what).status, 0);
    EXPECT_TRUE(app_becomes(login, 403)) << what;
    const HttpResponse refused = HttpRequest{.url = stack_.url("/app/"), .headers = {login.bearer()}}.send();
    EXPECT_THAT(ctl(stack_, "explain " + login.access_token).output,
                HasSubstr("403 " + member(refused.body, "code")));
    EXPECT_EQ(ctl(stack_, "unblock " + what).status, 0);
    EXPECT_TRUE(app_becomes(login, 200)) << what;
  }
}

TEST_F(Ctl, BeforeEndsTheOldTokensAndSparesTheNewOnes) {
  const Login old = person_.log_in();
  EXPECT_EQ(ctl(stack_, "block user " + person_.username() + " --before").status, 0);
  EXPECT_TRUE(app_becomes(old, 403));
  EXPECT_TRUE(app_becomes(person_.log_in(), 200));
  EXPECT_EQ(ctl(stack_, "unblock user " + person_.username()).status, 0);
}

TEST_F(Ctl, TheDoctorFindsNothingToMendInAHealthySystem) {
  const Ran ran = ctl(stack_, "doctor --url " + stack_.url("/app/"));
  EXPECT_EQ(ran.output.find("fail "), std::string::npos) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("ok    gate"));
  EXPECT_THAT(ran.output, HasSubstr("ok    daemon"));
  EXPECT_THAT(ran.output, HasSubstr("ok    nginx"));
  EXPECT_THAT(ctl(stack_, "doctor --url " + stack_.url("/")).output, HasSubstr("fail  gate"));
}

// The lines of the sh blocks of a page.
std::vector<std::string> examples(const std::string& page) {
  std::ifstream file(page);
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("```"))
      inside = line == "```sh";
    else if (inside)
      lines.push_back(line);
  return lines;
}

TEST(CtlDocument, HasExamplesThatWork) {
  Stack stack;
  const Person person(stack);
  person.become_verified();
  const Login login = person.log_in();
  const std::string token_id =
      stack.sql("select token_id from event where type = 'login' order by time desc limit 1");
  const std::string prelude = ". \"$RUN_DIR/env\"; NAME=" + person.username() +
                              " TOKEN=" + login.access_token + " SESSION=" + login.session_id +
                              " DEVICE=" + login.device_id + " TOKEN_ID=" + token_id + "\n";
  const std::vector<std::string> lines = examples("docs/gatehousectl.md");
  EXPECT_GT(lines.size(), 15U);
  for (const std::string& line : lines) {
    if (line == ". .run/env") continue;
    const Ran ran = stack.shell(prelude + line);
    EXPECT_EQ(ran.status, 0) << line << '\n' << ran.output;
  }
}

TEST(CtlDocument, HasEveryCommandAndOption) {
  std::stringstream page;
  page << std::ifstream("docs/gatehousectl.md").rdbuf();
  const std::string text = page.str();
  const std::string program = "${BUILD_DIR:-.build/release}/bin/gatehousectl ";
  const auto words_after = [&](const std::string& command, const std::regex& pattern) {
    const std::string help = run_shell(program + command + " --help").output;
    std::vector<std::string> found;
    for (std::sregex_iterator each(help.begin(), help.end(), pattern), end; each != end; ++each)
      found.push_back((*each)[1]);
    return found;
  };
  const std::regex subcommands("\n  ([a-z]+)  ");
  const std::regex options("\n  (--[a-z-]+)");
  for (const std::string& command : words_after("", subcommands)) {
    std::vector<std::string> full{command};
    for (const std::string& inner : words_after(command, subcommands)) full.push_back(command + ' ' + inner);
    if (full.size() > 1) full.erase(full.begin());
    for (const std::string& name : full) {
      const std::size_t from = text.find("## gatehousectl " + name + "\n");
      ASSERT_NE(from, std::string::npos) << name;
      const std::string section = text.substr(from, text.find("\n## ", from) - from);
      for (const std::string& option : words_after(name, options))
        EXPECT_THAT(section, HasSubstr("`" + option)) << name;
    }
  }
}

}  // namespace
}  // namespace gatehouse::test
