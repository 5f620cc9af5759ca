// A new password is in force at the gate at once.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

using nlohmann::json;

class Passwords : public testing::Test {
 protected:
  void SetUp() override { person_.become_verified(); }

  HttpResponse change(const Login& login, const std::string& current, const std::string& fresh) {
    return json_request("PUT", stack_.api("/account/password"),
                        json{{"current_password", current}, {"new_password", fresh}}.dump(), {login.bearer()})
        .send();
  }
  HttpResponse start_reset(const std::string& identifier) {
    return json_request("POST", stack_.api("/password-resets"), json{{"identifier", identifier}}.dump())
        .send();
  }
  HttpResponse finish_reset(const std::string& challenge, const std::string& code) {
    return json_request("PUT", stack_.api("/password-resets/" + challenge),
                        json{{"code", code}, {"new_password", kNew}, {"password2", kNew}}.dump())
        .send();
  }
  HttpResponse log_in(const std::string& password) {
    return json_request("POST", stack_.api("/sessions"),
                        json{{"username", person_.username()}, {"password", password}}.dump())
        .send();
  }
  bool becomes(const Login& login, long status) {
    return wait_until([&] { return status_of_app(stack_, login) == status; });
  }

  static constexpr const char* kNew = "a brand new password";
  Stack& stack_ = shared_stack();
  const Person person_{stack_};
};

TEST_F(Passwords, AChangeEndsTheOtherSessionsAtTheGate) {
  const Login here = person_.log_in();
  const Login there = person_.log_in();
  ASSERT_TRUE(becomes(there, 200));
  EXPECT_EQ(change(here, "wrong password", kNew).status, 403);
  ASSERT_EQ(status_of_app(stack_, there), 200);
  ASSERT_EQ(change(here, person_.password(), kNew).status, 204);
  EXPECT_TRUE(becomes(there, 403));
  EXPECT_EQ(status_of_app(stack_, here), 200);
  EXPECT_EQ(log_in(person_.password()).status, 401);
  EXPECT_EQ(log_in(kNew).status, 201);
}

TEST_F(Passwords, AResetByTheMailedCodeEndsAllSessionsAtTheGate) {
  const Login login = person_.log_in();
  ASSERT_TRUE(becomes(login, 200));
  const HttpResponse unknown = start_reset("nobody-of-this-name");
  ASSERT_EQ(unknown.status, 202);
  const std::string before = person_.mailed_code();
  const HttpResponse started = start_reset(person_.username());
  ASSERT_EQ(started.status, 202);
  EXPECT_EQ(started.body.size(), unknown.body.size());
  const std::string challenge = member(started.body, "challenge_id");

  // Of its own challenge the code of the registration is none.
  ASSERT_TRUE(wait_until([&] { return person_.mailed_code() != before; }));
  EXPECT_EQ(finish_reset(challenge, before).status, 422);
  ASSERT_EQ(finish_reset(challenge, person_.mailed_code()).status, 204);
  EXPECT_TRUE(becomes(login, 403));
  EXPECT_EQ(log_in(person_.password()).status, 401);
  EXPECT_EQ(log_in(kNew).status, 201);
}

}  // namespace
}  // namespace gatehouse::test
