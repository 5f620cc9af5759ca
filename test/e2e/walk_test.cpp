// The way through the whole system: one account, its devices, a block, a logout, and what must survive.

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class Walk : public testing::Test {
 protected:
  static std::string block_key(const Login& login) { return "gatehouse:block:device:" + login.device_id; }
  bool app_becomes(const Login& login, long status) {
    return wait_until([&] { return status_of_app(stack_, login) == status; });
  }
  // Many connections, so that every worker is asked.
  void expect_app(const Login& login, long status) {
    for (int i = 0; i < 40; ++i) ASSERT_EQ(status_of_app(stack_, login), status) << "connection " << i;
  }
  HttpResponse call(const std::string& method, const std::string& path, const Login& login) {
    return HttpRequest{.url = stack_.api(path), .method = method, .headers = {login.bearer()}}.send();
  }

  Stack& stack_ = shared_stack();
  const Person person_{stack_};
};

// Asks for the protected page without pause until it ends, and keeps every status that was seen.
class Visitor {
 public:
  Visitor(const Stack& stack, const Login& login)
      : thread_([this, &stack, login] {
          while (!done_) ++seen_[static_cast<std::size_t>(status_of_app(stack, login))];
        }) {}
  ~Visitor() { finish(); }

  // Whether the only answer was `status`, and that at least 20 times.
  testing::AssertionResult only_saw(std::size_t status) {
    EXPECT_TRUE(wait_until([&] { return total() >= 20; }));
    finish();
    if (total() == seen_[status]) return testing::AssertionSuccess();
    testing::AssertionResult result = testing::AssertionFailure();
    for (std::size_t i = 0; i < seen_.size(); ++i)
      if (seen_[i] > 0) result << seen_[i] << " times " << i << "; ";
    return result;
  }

 private:
  int total() const {
    int sum = 0;
    for (const auto& count : seen_) sum += count;
    return sum;
  }
  void finish() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

  std::array<std::atomic<int>, 600> seen_{};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

TEST_F(Walk, RegistrationVerificationAndLoginOpenTheProtectedPage) {
  const HttpResponse registered = person_.try_register();
  ASSERT_EQ(registered.status, 202) << registered.body;
  const HttpResponse early = person_.try_log_in();
  EXPECT_EQ(early.status, 403);
  EXPECT_EQ(member(early.body, "code"), "email_unverified");

  const std::string challenge = member(registered.body, "challenge_id");
  ASSERT_EQ(person_.try_verify(challenge, person_.mailed_code()).status, 200);
  const Login login = person_.log_in();

  const HttpResponse page =
      HttpRequest{.url = stack_.url("/app/page?x=1"), .headers = {login.bearer()}}.send();
  EXPECT_EQ(page.status, 200);
  const HttpResponse account = call("GET", "/account", login);
  ASSERT_EQ(account.status, 200);
  EXPECT_EQ(member(account.body, "username"), person_.username());
  EXPECT_NE(page.body.find("X-Auth-User: " + member(account.body, "id")), std::string::npos) << page.body;
  EXPECT_NE(page.body.find("X-Auth-Device: " + login.device_id), std::string::npos) << page.body;
}

TEST_F(Walk, IdentityHeadersOfTheClientNeverReachTheUpstream) {
  person_.become_verified();
  const Login login = person_.log_in();
  for (const std::string name :
       {"X-Auth-User", "x-auth-user", "X_Auth_User", "X-Auth-User-", "X-Auth-Session", "X-Auth_Device"}) {
    const HttpResponse page = HttpRequest{.url = stack_.url("/app/"),
                                          .headers = {login.bearer(), name + ": mallory", name + ": eve"}}
                                  .send();
    EXPECT_EQ(page.status, 200) << name;
    EXPECT_EQ(page.body.find("mallory"), std::string::npos) << page.body;
    EXPECT_EQ(page.body.find("eve"), std::string::npos) << page.body;
    EXPECT_NE(page.body.find("X-Auth-User: "), std::string::npos) << page.body;
  }
}

TEST_F(Walk, NoTokenAndEveryTamperedTokenIsRefused) {
  person_.become_verified();
  const Login login = person_.log_in();
  const HttpResponse bare = HttpRequest{.url = stack_.url("/app/")}.send();
  EXPECT_EQ(bare.status, 401);
  EXPECT_EQ(bare.header("WWW-Authenticate"), "Bearer realm=\"demo\"");
  EXPECT_EQ(bare.header("Content-Type"), "application/problem+json");

  const std::string& token = login.access_token;
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  for (const std::size_t at : {first / 2, (first + second) / 2, (second + token.size()) / 2}) {
    Login tampered = login;
    tampered.access_token[at] = tampered.access_token[at] == 'A' ? 'B' : 'A';
    const HttpResponse answer =
        HttpRequest{.url = stack_.url("/app/"), .headers = {tampered.bearer()}}.send();
    EXPECT_EQ(answer.status, 401) << at;
    EXPECT_NE(answer.header("WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
  }
  const std::string none = "eyJhbGciOiJub25lIn0" + token.substr(first, second - first + 1);  // {"alg":"none"}
  EXPECT_EQ(status_of_app(stack_, {.access_token = none}), 401);
  EXPECT_EQ(status_of_app(stack_, login), 200);
}

TEST_F(Walk, ABlockByRedisRefusesTheDeviceAndItsLoginAlone) {
  person_.become_verified();
  const Login laptop = person_.log_in();
  const Login phone = person_.log_in();
  ASSERT_NE(laptop.device_id, phone.device_id);
  EXPECT_EQ(person_.log_in(phone.device_token).device_id, phone.device_id);

  stack_.redis("SET " + block_key(laptop) + " lost");
  EXPECT_TRUE(app_becomes(laptop, 403));
  expect_app(laptop, 403);
  const HttpResponse refused = HttpRequest{.url = stack_.url("/app/"), .headers = {laptop.bearer()}}.send();
  EXPECT_EQ(member(refused.body, "code"), "device_blocked");
  const HttpResponse login = person_.try_log_in(laptop.device_token);
  EXPECT_EQ(login.status, 403);
  EXPECT_EQ(member(login.body, "code"), "device_blocked");
  expect_app(phone, 200);

  stack_.redis("DEL " + block_key(laptop));
  EXPECT_TRUE(app_becomes(laptop, 200));
  expect_app(laptop, 200);
  EXPECT_EQ(person_.try_log_in(laptop.device_token).status, 201);
}

TEST_F(Walk, ABlockByTheApiOutlivesFlushall) {
  person_.become_verified();
  const Login laptop = person_.log_in();
  const Login phone = person_.log_in();
  const HttpResponse blocked = call("PUT", "/devices/" + laptop.device_id + "/block", phone);
  ASSERT_EQ(blocked.status, 204) << blocked.body;
  EXPECT_TRUE(app_becomes(laptop, 403));
  expect_app(laptop, 403);

  Visitor thief(stack_, laptop);
  Visitor owner(stack_, phone);
  for (int i = 0; i < 5; ++i) {
    stack_.redis("FLUSHALL");
    ASSERT_TRUE(wait_until([&] { return stack_.redis("EXISTS gatehouse:ready") == "1"; }));
    ASSERT_EQ(stack_.redis("EXISTS " + block_key(laptop)), "1");
  }
  EXPECT_TRUE(thief.only_saw(403));
  EXPECT_TRUE(owner.only_saw(200));

  EXPECT_EQ(call("DELETE", "/devices/" + laptop.device_id + "/block", phone).status, 204);
  EXPECT_TRUE(app_becomes(laptop, 200));
}

TEST_F(Walk, ABlockByRedisIsRecordedAndOutlivesTheLossOfRedis) {
  person_.become_verified();
  const Login laptop = person_.log_in();
  stack_.redis("SET " + block_key(laptop) + " 'stolen laptop'");
  EXPECT_TRUE(app_becomes(laptop, 403));
  ASSERT_TRUE(wait_until([&] {
    return stack_.sql("SELECT count(*) FROM block WHERE subject = '" + laptop.device_id + "'") == "1";
  }));
  Visitor thief(stack_, laptop);
  stack_.kill("redis");
  stack_.shell("rm -rf \"$RUN_DIR\"/state/redis/*");
  stack_.start("redis");
  ASSERT_TRUE(wait_until([&] { return stack_.redis("EXISTS gatehouse:ready") == "1"; }));
  EXPECT_EQ(stack_.redis("GET " + block_key(laptop)), "stolen laptop");
  EXPECT_TRUE(thief.only_saw(403));
}

TEST_F(Walk, LogoutRefusesTheAccessTokenAtOnce) {
  person_.become_verified();
  const Login here = person_.log_in();
  const Login elsewhere = person_.log_in();
  expect_app(here, 200);
  EXPECT_EQ(call("DELETE", "/sessions/current", here).status, 204);
  EXPECT_TRUE(app_becomes(here, 403));
  expect_app(here, 403);
  EXPECT_EQ(call("GET", "/account", here).status, 401);
  expect_app(elsewhere, 200);
}

TEST_F(Walk, ProtectedPagesGoOnWithoutTheDaemon) {
  person_.become_verified();
  const Login login = person_.log_in();
  stack_.stop("daemon");
  expect_app(login, 200);
  EXPECT_EQ(HttpRequest{.url = stack_.url("/app/")}.send().status, 401);
  stack_.redis("SET " + block_key(login) + " lost");
  EXPECT_TRUE(app_becomes(login, 403));
  stack_.redis("DEL " + block_key(login));
  stack_.start("daemon");
  EXPECT_EQ(person_.try_log_in().status, 201);
}

TEST_F(Walk, ReloadsUnderLoadFailNoRequestAndOpenNoGap) {
  person_.become_verified();
  const Login laptop = person_.log_in();
  const Login phone = person_.log_in();
  stack_.redis("SET " + block_key(laptop) + " lost");
  EXPECT_TRUE(app_becomes(laptop, 403));
  expect_app(laptop, 403);
  Visitor thief(stack_, laptop);
  Visitor owner(stack_, phone);
  for (int i = 0; i < 5; ++i) stack_.reload();
  EXPECT_TRUE(owner.only_saw(200));
  EXPECT_TRUE(thief.only_saw(403));
}

TEST_F(Walk, NothingAcknowledgedIsLostWhenTheDaemonIsKilled) {
  for (int i = 0; i < 3; ++i) {
    std::vector<Person> registered;
    std::atomic<bool> killed{false};
    std::thread registrations([&] {
      while (!killed) {
        const Person person(stack_);
        if (person.try_register().status == 202) registered.push_back(person);
      }
    });
    EXPECT_TRUE(wait_until([&] { return stack_.sql("SELECT count(*) FROM account") != "0"; }));
    stack_.kill("daemon");
    killed = true;
    registrations.join();
    stack_.start("daemon");
    for (const Person& person : registered) {
      EXPECT_EQ(person.try_register().status, 409) << "the name is not there";
      EXPECT_EQ(person.mailed_code().size(), 6U) << "the mail is not there";
    }
  }
}

TEST_F(Walk, TheReadmeRunsAsItStands) {
  std::ostringstream readme;
  readme << std::ifstream("README.md").rdbuf();
  const std::string shown = stack_.shell("scripts/walkthrough .run/env").output;
  ASSERT_NE(readme.str().find(shown), std::string::npos) << "README.md does not show scripts/walkthrough";

  const Ran walk =
      stack_.shell("set -e\n" + std::regex_replace(shown, std::regex("\\.run/env"), "\"$RUN_DIR/env\""));
  EXPECT_EQ(walk.status, 0) << walk.output;
  const std::regex story(
      "[^]*email_unverified[^]*\n401\n[^]*X-Auth-User: "
      "[^]*\n200\nOK\n[^]*device_blocked[^]*\n403\n1\n200\n204\n[^]*\n40[13]\n");
  EXPECT_TRUE(std::regex_match(walk.output, story)) << walk.output;
}

}  // namespace
}  // namespace gatehouse::test
