// What docs/api.md shows of the answers is what is answered.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "test/http/api.hpp"

namespace gatehouse::http {
namespace {

using Names = std::set<std::string>;

// What stands under "## heading", up to the next one.
std::string section(const std::string& heading) {
  std::ifstream file("docs/api.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string document = text.str();
  const std::size_t begin = document.find("\n## " + heading + "\n");
  if (begin == std::string::npos) throw std::runtime_error("docs/api.md has no section " + heading);
  return document.substr(begin, document.find("\n## ", begin + 1) - begin);
}

// The example in the section.
json example(const std::string& heading) {
  const std::string text = section(heading);
  const std::size_t begin = text.find("```json\n") + 8;
  return json::parse(text.substr(begin, text.find("```", begin) - begin));
}

// The list of members in the section: `id username …`
Names listed(const std::string& heading) {
  const std::string text = section(heading);
  const std::size_t begin = text.find("`id ") + 1;
  std::istringstream words(text.substr(begin, text.find('`', begin) - begin));
  return {std::istream_iterator<std::string>(words), {}};
}

Names names_of(const json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

class ApiExamplesTest : public ApiTest {
 protected:
  const Member alice_ = house_.member("alice");
  const accounts::Login login_ = house_.sign_in(alice_);
};

TEST_F(ApiExamplesTest, ShowTheTokensOfALogin) {
  EXPECT_EQ(names_of(example("POST /sessions")), names_of(body_of(log_in(alice_))));
}

TEST_F(ApiExamplesTest, ShowARefusal) {
  const Response refused = call("POST", "/accounts", R"({"username":"alice"})");
  EXPECT_EQ(names_of(example("Refusals")), names_of(body_of(refused)));
  EXPECT_EQ(names_of(example("Refusals").at("errors").at(0)), names_of(body_of(refused).at("errors").at(0)));
  EXPECT_EQ(example("Refusals").at("status"), refused.status);
  EXPECT_EQ(example("Refusals").at("code"), body_of(refused).at("code"));
}

TEST_F(ApiExamplesTest, ListTheMembersOfAccountsSessionsAndDevices) {
  EXPECT_EQ(listed("GET /account"), names_of(body_of(call(login_, "GET", "/account"))));
  EXPECT_EQ(listed("GET /sessions"),
            names_of(body_of(call(login_, "GET", "/sessions")).at("sessions").at(0)));
  EXPECT_EQ(listed("GET /devices"), names_of(body_of(call(login_, "GET", "/devices")).at("devices").at(0)));
}

TEST_F(ApiExamplesTest, NameTheCookies) {
  const std::string text = section("Cookies");
  for (const TokenCookie which : {TokenCookie::kAccess, TokenCookie::kRefresh, TokenCookie::kDevice})
    for (const bool secure : {true, false})
      EXPECT_NE(text.find("`" + Cookies(secure).name(which) + "`"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::http
