// Accidents of the whole system: what was acknowledged is there afterwards, and a blocked device passes at no
// moment.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

// Does something without pause until it ends.
class Busy {
 public:
  explicit Busy(std::function<void()> work)
      : thread_([this, work = std::move(work)] {
          while (!done_) work();
        }) {}
  ~Busy() { finish(); }

  void finish() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

class WalkFaults : public testing::Test {
 protected:
  WalkFaults() {
    person_.become_verified();
    stolen_ = person_.log_in();
    login_ = person_.log_in();
    EXPECT_EQ(call("PUT", "/devices/" + stolen_.device_id + "/block", login_).status, 204);
    EXPECT_TRUE(wait_until([&] { return status_of_app(stack_, stolen_) == 403; }));
    thief_ = std::make_unique<Busy>([this] { ++thief_saw_[status_of_app(stack_, stolen_)]; });
  }
  ~WalkFaults() override {
    thief_->finish();
    EXPECT_EQ(thief_saw_.count(200), 0U) << "the blocked device has passed";
    EXPECT_GT(thief_saw_[403], 0);
    stack_.up();
    EXPECT_TRUE(
        wait_until([&] { return daemon_says("/readyz").find(R"("redis":"ready")") != std::string::npos; }));
  }

  HttpResponse call(const std::string& method, const std::string& path, const Login& login) {
    return HttpRequest{.url = stack_.api(path), .method = method, .headers = {login.bearer()}}.send();
  }
  HttpResponse refresh(const std::string& token) {
    return json_request("POST", stack_.api("/tokens/refresh"),
                        nlohmann::json{{"refresh_token", token}}.dump())
        .send();
  }
  std::string daemon_says(const std::string& path) {
    return HttpRequest{.url = stack_.api(path)}.send().body;
  }

  Stack& stack_ = shared_stack();
  const Person person_{stack_};
  Login stolen_;
  Login login_;
  std::map<long, int> thief_saw_;  // of its thread, until that has ended
  std::unique_ptr<Busy> thief_;
};

TEST_F(WalkFaults, WithoutPostgreSQLPagesGoOnAndTheDaemonSaysWhenToComeAgain) {
  stack_.kill("postgres");
  HttpResponse refused;
  ASSERT_TRUE(wait_until([&] { return (refused = person_.try_log_in()).status == 503; })) << refused.body;
  EXPECT_EQ(member(refused.body, "code"), "unavailable");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refresh(login_.refresh_token).status, 503);
  EXPECT_EQ(status_of_app(stack_, login_), 200);
  ASSERT_TRUE(wait_until([&] { return daemon_says("/readyz").find("stalled") != std::string::npos; }))
      << daemon_says("/readyz");

  stack_.redis("SET gatehouse:block:session:" + login_.session_id + " fraud");
  EXPECT_TRUE(wait_until([&] { return status_of_app(stack_, login_) == 403; }));
  stack_.start("postgres");
  EXPECT_TRUE(wait_until([&] { return person_.try_log_in().status == 201; }));
  EXPECT_TRUE(wait_until([&] {
    return stack_.sql("SELECT value FROM block WHERE subject = '" + login_.session_id + "'") == "fraud";
  })) << "recorded once PostgreSQL is back";
}

TEST_F(WalkFaults, WhenPostgreSQLsConnectionsAreCutWhatWasAcknowledgedIsThere) {
  std::vector<std::string> acknowledged;
  std::map<long, int> statuses;
  Busy logins([&] {
    const HttpResponse response = person_.try_log_in();
    ++statuses[response.status];
    if (response.status == 201) acknowledged.push_back(member(response.body, "session_id"));
  });
  for (int i = 0; i < 30; ++i)
    stack_.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "usename = current_user");
  EXPECT_TRUE(wait_until([&] { return person_.try_log_in().status == 201; }));
  logins.finish();
  for (const auto& [status, times] : statuses) EXPECT_TRUE(status == 201 || status == 503) << status;
  ASSERT_FALSE(acknowledged.empty());
  for (const std::string& session : acknowledged)
    EXPECT_EQ(stack_.sql("SELECT count(*) FROM session WHERE id = '" + session + "'"), "1");
}

// Promise D: each thing is acknowledged, and the next moment the daemon is killed and Redis forgets
// everything.
TEST_F(WalkFaults, WhatWasAcknowledgedSurvivesKillsAndFlushes) {
  std::string newest = login_.refresh_token;
  for (int i = 0; i < 3; ++i) {
    const Login left = person_.log_in();
    const Login lost = person_.log_in();
    const HttpResponse rotated = refresh(newest);
    ASSERT_EQ(rotated.status, 200) << rotated.body;
    newest = member(rotated.body, "refresh_token");
    ASSERT_EQ(call("DELETE", "/sessions/current", left).status, 204);
    ASSERT_EQ(call("PUT", "/devices/" + lost.device_id + "/block", login_).status, 204);
    stack_.kill("daemon");
    if (i == 1) stack_.kill("redis");
    stack_.up();
    stack_.redis("FLUSHALL");
    ASSERT_TRUE(wait_until([&] { return stack_.redis("EXISTS gatehouse:ready") == "1"; }));
    for (const Login* login : {&left, &lost}) {
      EXPECT_TRUE(wait_until([&] { return status_of_app(stack_, *login) == 403; }));
      EXPECT_NE(refresh(login->refresh_token).status, 200);
    }
    EXPECT_EQ(status_of_app(stack_, login_), 200);
  }
  EXPECT_EQ(refresh(newest).status, 200)
      << "the rotation survived, and so did the token from before the restart";
}

TEST_F(WalkFaults, SwapdbIsSetRightByTheDaemon) {
  for (int i = 0; i < 2; ++i) {
    stack_.redis("SWAPDB 0 1");
    ASSERT_TRUE(wait_until([&] { return stack_.redis("EXISTS gatehouse:ready") == "1"; }));
    EXPECT_TRUE(wait_until(
        [&] { return stack_.redis("EXISTS gatehouse:block:device:" + stolen_.device_id) == "1"; }));
  }
  EXPECT_EQ(status_of_app(stack_, login_), 200);
  stack_.redis("-n 1 FLUSHDB");
}

TEST_F(WalkFaults, AlteredAndTruncatedRefreshTokensAreRefused) {
  const std::string& token = login_.refresh_token;
  for (std::size_t at = 0; at < token.size(); at += 3) {
    std::string altered = token;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(member(refresh(altered).body, "code"), "refresh_invalid") << at;
    EXPECT_NE(refresh(token.substr(0, at)).status, 200) << at;
  }
  EXPECT_EQ(member(refresh(token + "A").body, "code"), "refresh_invalid");
  EXPECT_EQ(refresh(token).status, 200) << "none of them has ended the session";
}

}  // namespace
}  // namespace gatehouse::test
