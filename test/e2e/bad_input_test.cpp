// What the daemon answers to bodies that it cannot take: a clear refusal with a stable code, and never a 5xx.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"

namespace gatehouse::test {
namespace {

using nlohmann::json;

class BadInput : public testing::Test {
 protected:
  HttpResponse post(const std::string& path, const std::string& body) {
    return json_request("POST", stack_.api(path), body).send();
  }
  json registration() {
    const Person person(stack_);
    return {{"username", person.username()}, {"email", person.email()}, {"password", person.password()}};
  }
  // The refusal of a registration, as "<status> <code> <member>:<code of the fault> …".
  std::string refusal_of(const std::string& body) {
    const HttpResponse response = post("/accounts", body);
    EXPECT_EQ(response.header("Content-Type"), "application/problem+json") << response.body;
    const json problem = json::parse(response.body, nullptr, false);
    EXPECT_EQ(problem.value("status", 0), response.status);
    std::string text = std::to_string(response.status) + ' ' + problem.value("code", "");
    for (const json& fault : problem.value("errors", json::array()))
      text += ' ' + fault.value("member", "") + ':' + fault.value("code", "");
    return text;
  }
  std::string refusal_with(const std::string& name, const json& value) {
    json body = registration();
    body[name] = value;
    return refusal_of(body.dump());
  }

  Stack& stack_ = shared_stack();
};

TEST_F(BadInput, ARefusalNamesItsRequest) {
  const HttpResponse response = post("/accounts", "{}");
  const std::string id = json::parse(response.body).value("request_id", "");
  EXPECT_EQ(id.size(), 32U) << response.body;
  EXPECT_EQ(response.header("X-Request-ID"), id);
}

TEST_F(BadInput, BodiesOver64KibAreTooLarge) {
  EXPECT_EQ(refusal_with("password", std::string(65 * 1024, 'x')), "413 body_too_large");
}

TEST_F(BadInput, BodiesThatAreNotOneJsonObjectAreMalformed) {
  for (const std::string& body :
       {std::string(""), std::string("{"), std::string("username=alice"), std::string("[]"),
        std::string("null"), std::string("{}{}"), std::string("{\"a\":\xff}"), std::string(20'000, '['),
        std::string("{\"username\":\"a\0\"}", 16)})
    EXPECT_EQ(refusal_of(body).substr(0, 18), "400 malformed_json") << body;
}

TEST_F(BadInput, MembersThatAreNotAskedForAreRefused) {
  for (const std::string name :
       {"role", "roles", "id", "verified", "email_verified", "is_admin", "Username", ""})
    EXPECT_EQ(refusal_with(name, "admin"), "422 invalid_input " + name + ":unknown_member");
}

TEST_F(BadInput, MembersThatStandTwiceAreRefused) {
  std::string body = registration().dump();
  body.insert(1, R"("username":"other",)");
  EXPECT_EQ(refusal_of(body).substr(0, 17), "422 invalid_input");
  EXPECT_NE(refusal_of(body).find("duplicate_member"), std::string::npos);
}

TEST_F(BadInput, EveryFaultOfABodyIsNamedInOneAnswer) {
  const std::string refusal = refusal_of(R"({"username":7,"password":"short","extra":1})");
  EXPECT_EQ(refusal.substr(0, 17), "422 invalid_input");
  for (const char* fault : {"username:wrong_type", "email:missing_member", "extra:unknown_member"})
    EXPECT_NE(refusal.find(fault), std::string::npos) << refusal;
}

TEST_F(BadInput, ValuesAreCheckedAndEachFaultNamed) {
  for (const std::string& username :
       {std::string("ab"), std::string(33, 'a'), std::string("a b c"), std::string("a\r\nb"),
        std::string("ali\u0441e"), std::string("a'; DROP TABLE account; --")})
    EXPECT_EQ(refusal_with("username", username).substr(0, 27), "422 invalid_input username:") << username;
  for (const std::string& email :
       {std::string("x"), std::string("x@"), std::string("a@b@c"), std::string("a b@example.com"),
        std::string("a@example.com\r\nBcc: b@example.com"), std::string(300, 'a') + "@example.com"})
    EXPECT_EQ(refusal_with("email", email).substr(0, 24), "422 invalid_input email:") << email;
  for (const std::string& password : {std::string("1234567"), std::string(129, 'x')})
    EXPECT_EQ(refusal_with("password", password).substr(0, 27), "422 invalid_input password:") << password;
}

TEST_F(BadInput, UnknownPathsAndMethodsAreNamed) {
  EXPECT_EQ(post("/nowhere", "{}").status, 404);
  const HttpResponse method = HttpRequest{.url = stack_.api("/sessions"), .method = "PATCH"}.send();
  EXPECT_EQ(method.status, 405);
  EXPECT_NE(method.header("Allow").find("POST"), std::string::npos);
  EXPECT_EQ(post("/challenges/not-an-id/verify", R"({"code":"123456"})").status, 404);
}

TEST_F(BadInput, ATakenUsernameIsAConflict) {
  const json body = registration();
  EXPECT_EQ(post("/accounts", body.dump()).status, 202);
  EXPECT_EQ(refusal_of(body.dump()), "409 username_taken");
}

TEST_F(BadInput, LoginsAnswerAlikeForUnknownAndKnownAccounts) {
  const Person person(stack_);
  person.become_verified();
  const auto without_id = [](const std::string& body) {
    json problem = json::parse(body);
    problem.erase("request_id");
    return problem;
  };
  const auto log_in = [&](const std::string& username) {
    return post("/sessions", json{{"username", username}, {"password", "not the password"}}.dump());
  };
  const HttpResponse known = log_in(person.username());
  const HttpResponse unknown = log_in(person.username() + "x");
  EXPECT_EQ(known.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(without_id(known.body), without_id(unknown.body));
}

TEST_F(BadInput, OthersDevicesAreNotFound) {
  const Person alice(stack_);
  const Person mallory(stack_);
  alice.become_verified();
  mallory.become_verified();
  const Login victim = alice.log_in();
  const Login attacker = mallory.log_in();
  for (const std::string method : {"PUT", "DELETE"}) {
    const HttpResponse response = HttpRequest{
        .url = stack_.api("/devices/" + victim.device_id + "/block"),
        .method = method,
        .headers = {
            attacker.bearer()}}.send();
    EXPECT_EQ(response.status, 404) << method;
  }
  EXPECT_EQ(status_of_app(stack_, victim), 200);
}

}  // namespace
}  // namespace gatehouse::test
