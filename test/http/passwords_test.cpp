// Changing and resetting a password, as clients see it.
#include <gtest/gtest.h>

#include "test/http/api.hpp"

namespace gatehouse::http {
namespace {

class PasswordsApiTest : public ApiTest {
 protected:
  std::string change(const accounts::Login& login, const json& body) {
    return outcome(call(login, "PUT", "/account/password", body.dump()));
  }

  static constexpr const char* kNew = "a brand new password";
  const Member alice_ = house_.member("alice");
};

TEST_F(PasswordsApiTest, ChangesAPasswordByItsMembersAndTheirAliases) {
  const accounts::Login login = house_.sign_in(alice_);
  EXPECT_EQ(change(login, {{"current_password", alice_.password}, {"new_password", kNew}}), "204");
  EXPECT_EQ(
      change(login,
             {{"old_password", kNew}, {"new_password", "yet another one"}, {"password2", "yet another one"}}),
      "204");
  EXPECT_EQ(outcome(call(login, "GET", "/account")), "200");
  house_.live.dark = true;
  house_.sign_in({.username = "alice", .email = {}, .password = "yet another one"});
  EXPECT_EQ(change(login, {{"old_password", "yet another one"}, {"new_password", kNew}}), "202");
}

TEST_F(PasswordsApiTest, RefusesAChangeThatIsNotRight) {
  const accounts::Login login = house_.sign_in(alice_);
  EXPECT_EQ(outcome(call("PUT", "/account/password", "{}")), "401 unauthenticated");
  for (const json& body :
       {json::object(), json{{"new_password", kNew}}, json{{"current_password", alice_.password}},
        json{{"current_password", alice_.password}, {"new_password", "short"}},
        json{
            {"current_password", alice_.password}, {"old_password", alice_.password}, {"new_password", kNew}},
        json{{"current_password", alice_.password}, {"new_password", kNew}, {"password2", "another"}},
        json{{"current_password", 1}, {"new_password", kNew}},
        json{{"current_password", alice_.password}, {"new_password", kNew}, {"username", "bob"}}})
    EXPECT_EQ(change(login, body), "422 invalid_input") << body;
  const json wrong{{"current_password", "wrong password"}, {"new_password", kNew}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change(login, wrong), "403 wrong_password");
  const Response refused = call(login, "PUT", "/account/password", wrong.dump());
  EXPECT_EQ(outcome(refused), "429 too_many_attempts");
  EXPECT_GT(std::stoi(std::string(refused.headers.only("Retry-After").value())), 800);
  EXPECT_EQ(refused.headers.count("WWW-Authenticate"), 0U);
}

TEST_F(PasswordsApiTest, ResetsAPasswordByCode) {
  const accounts::Login login = house_.sign_in(alice_);
  for (const char* name : {"identifier", "username", "email"}) {
    const Response started =
        call("POST", "/password-resets", json{{name, *name == 'e' ? alice_.email : alice_.username}}.dump());
    ASSERT_EQ(outcome(started), "202") << name;
    const std::string path = "/password-resets/" + body_of(started).at("challenge_id").get<std::string>();
    const std::string code = house_.code_for(alice_.email);
    EXPECT_EQ(outcome(call("PUT", path, json{{"code", "x"}, {"new_password", kNew}}.dump())),
              "422 invalid_code");
    EXPECT_EQ(outcome(call("PUT", path, json{{"code", code}, {"new_password", "short"}}.dump())),
              "422 invalid_input");
    const Response finished = call("PUT", path, json{{"code", code}, {"new_password", kNew}}.dump());
    EXPECT_EQ(outcome(finished), "204");
    EXPECT_EQ(finished.body, "") << "nobody is logged in by it";
  }
  EXPECT_EQ(outcome(call(login, "GET", "/account")), "401 unauthenticated");
  EXPECT_TRUE(house_.try_sign_in("alice", kNew));
}

TEST_F(PasswordsApiTest, AnswersToEveryIdentifierAlike) {
  const Response known = call("POST", "/password-resets", R"({"identifier":"alice"})");
  for (const char* unknown : {R"({"identifier":"nobody"})", R"({"identifier":""})", R"({"email":"@"})"}) {
    const Response response = call("POST", "/password-resets", unknown);
    EXPECT_EQ(outcome(response), "202");
    EXPECT_EQ(response.body.size(), known.body.size());
    EXPECT_EQ(response.headers.end() - response.headers.begin(), known.headers.end() - known.headers.begin());
  }
  EXPECT_EQ(outcome(call("POST", "/password-resets", "{}")), "422 invalid_input");
}

}  // namespace
}  // namespace gatehouse::http
