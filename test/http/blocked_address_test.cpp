// Who comes from a blocked address is told so by every call that anyone may make.
#include <gtest/gtest.h>

#include <tuple>

#include "test/http/api.hpp"

namespace gatehouse::http {
namespace {

class BlockedAddress : public ApiTest {
 protected:
  BlockedAddress() { house_.live.keys["gatehouse:block:ip:203.0.113.5"] = "flood"; }

  const Member alice_ = house_.member("alice");
  const accounts::Login login_ = house_.sign_in(alice_);
  const std::string challenge_ =
      house_.sign_up({.username = "bob", .email = "bob@example.org", .password = alice_.password})
          .value()
          .challenge.str();
  const std::string link_ = house_.mails().back().values.at("link");
  const std::string page_ = link_.substr(link_.find("/verify-email"));
};

TEST_F(BlockedAddress, IsRefusedByEachCallOfAnyone) {
  const std::string refresh = json{{"refresh_token", login_.refresh_token.expose()}}.dump();
  for (const auto& [method, path, body] :
       std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {"POST", "/accounts",
            R"({"username":"eve","email":"e@example.org","password":"correct horse battery"})"},
           {"POST", "/challenges", R"({"identifier":"bob@example.org","purpose":"verify_email"})"},
           {"POST", "/challenges/" + challenge_ + "/verify", R"({"code":"123456"})"},
           {"POST", "/challenges/" + challenge_ + "/resend", ""},
           {"POST", "/sessions", R"({"username":"alice","password":"wrong"})"},
           {"POST", "/tokens/refresh", refresh},
           {"POST", "/password-resets", R"({"identifier":"alice"})"},
           {"PUT", "/password-resets/" + challenge_,
            R"({"code":"123456","new_password":"correct horse battery"})"}})
    EXPECT_EQ(outcome(call(method, path, body)), "403 ip_blocked") << method << ' ' << path;
  EXPECT_EQ(call("GET", page_).status, 403);
  for (const char* answer : {"answer=confirm", "answer=not_me"})
    EXPECT_EQ(call("POST", page_, answer, {{"Content-Type", "application/x-www-form-urlencoded"}}).status,
              403);
  EXPECT_EQ(house_.sql("select count(*) from account where email_verified_at is null"), "1");
}

}  // namespace
}  // namespace gatehouse::http
