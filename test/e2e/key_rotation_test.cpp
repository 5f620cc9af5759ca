// A signing key takes over from another in the running system, and no valid token is refused meanwhile.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "jose/base64url.hpp"
#include "test/e2e/person.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::string kid_of(const Login& login) {
  const std::string header = login.access_token.substr(0, login.access_token.find('.'));
  return member(jose::base64url_decode(header).value(), "kid");
}

Login refreshed(const Stack& stack, const Login& login) {
  const HttpResponse answer = json_request("POST", stack.api("/tokens/refresh"),
                                           nlohmann::json{{"refresh_token", login.refresh_token}}.dump())
                                  .send();
  if (answer.status != 200)
    throw std::runtime_error("refresh: " + std::to_string(answer.status) + answer.body);
  Login next = login;
  next.access_token = member(answer.body, "access_token");
  next.refresh_token = member(answer.body, "refresh_token");
  return next;
}

// A client at work: takes a fresh token each time and shows it at once, until it ends.
class Client {
 public:
  Client(const Stack& stack, Login login)
      : login_(std::move(login)), thread_([this, &stack] {
          while (!done_) step(stack);
        }) {}
  ~Client() { finish(); }

  void finish() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Login login() const {
    const std::lock_guard lock(mutex_);
    return login_;
  }
  int requests() const { return requests_; }
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  void step(const Stack& stack) try {
    const Login next = refreshed(stack, login());
    const long status = status_of_app(stack, next);
    ++requests_;
    const std::lock_guard lock(mutex_);
    login_ = next;
    if (status != 200)
      trouble_ += "a fresh token of key " + kid_of(next) + " got " + std::to_string(status) + "; ";
  } catch (const std::exception& failure) {
    const std::lock_guard lock(mutex_);
    trouble_ += failure.what();
    done_ = true;
  }

  mutable std::mutex mutex_;
  Login login_;
  std::string trouble_;
  std::atomic<int> requests_ = 0;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

class KeyRotationLive : public testing::Test {
 protected:
  KeyRotationLive() { person.become_verified(); }

  std::string rotate(const std::string& lead) const {
    const Ran ran = stack.shell(". \"$RUN_DIR/env\" && gatehousectl keys rotate --lead " + lead);
    EXPECT_EQ(ran.status, 0) << ran.output;
    return stack.sql("select kid from signing_key order by used_from desc limit 1");
  }
  bool publishes(const std::string& kid) const {
    return HttpRequest{.url = stack.url("/.well-known/jwks.json")}.send().body.find(kid) != std::string::npos;
  }

  Stack stack;
  const Person person{stack};
};

TEST_F(KeyRotationLive, RefusesNoValidTokenUnderLoadAndThenEveryOneOfTheOldKey) {
  const Login old = person.log_in();
  Client first(stack, person.log_in());
  Client second(stack, person.log_in());
  const std::string kid = rotate("4s");
  ASSERT_NE(kid, kid_of(old));
  EXPECT_TRUE(wait_until([&] { return publishes(kid); }));
  EXPECT_EQ(kid_of(first.login()), kid_of(old)) << "published before it signs";
  ASSERT_TRUE(wait_until([&] { return kid_of(first.login()) == kid && kid_of(second.login()) == kid; }));
  const int so_far = first.requests();
  ASSERT_TRUE(wait_until([&] { return first.requests() > so_far + 10; }));
  EXPECT_EQ(status_of_app(stack, old), 200) << "a token of the old key is good until it expires";
  first.finish();
  second.finish();
  EXPECT_EQ(first.trouble() + second.trouble(), "");

  // As if the last token of the old key had expired.
  stack.sql("update signing_key set retired_at = now() where kid <> '" + kid + "'");
  EXPECT_TRUE(wait_until([&] { return status_of_app(stack, old) == 401; }));
  EXPECT_FALSE(publishes(kid_of(old)));
  EXPECT_EQ(status_of_app(stack, first.login()), 200);
  EXPECT_EQ((HttpRequest{.url = stack.api("/account"), .headers = {old.bearer()}}.send().status), 401);
}

TEST_F(KeyRotationLive, GoesOnAfterTheDaemonWasKilledHalfWay) {
  const Login old = person.log_in();
  const std::string kid = rotate("1s");
  stack.kill("daemon");
  stack.start("daemon");
  ASSERT_TRUE(wait_until([&] { return kid_of(person.log_in()) == kid; }));
  EXPECT_TRUE(wait_until([&] { return status_of_app(stack, person.log_in()) == 200; }));
  EXPECT_EQ(status_of_app(stack, old), 200);
}

}  // namespace
}  // namespace gatehouse::test
