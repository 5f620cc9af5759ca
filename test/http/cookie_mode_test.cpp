// The API as a browser app uses it: the tokens are in cookies, and its scripts see none of them.
#include <gtest/gtest.h>

#include <map>

#include "test/http/api.hpp"

namespace gatehouse::http {
namespace {

constexpr const char* kAccess = "__Host-gatehouse-access";
constexpr const char* kRefresh = "__Secure-gatehouse-refresh";
constexpr const char* kDevice = "__Host-gatehouse-device";

// Keeps cookies and says where it stands, as far as the server can tell browsers apart.
class CookieModeTest : public ApiTest {
 protected:
  // With all cookies, whatever their path.
  Response browse(const std::string& method, const std::string& path, const std::string& body = {},
                  Headers headers = {{"Sec-Fetch-Site", "same-origin"}}) {
    std::string jar;
    for (const auto& [name, value] : cookies_) jar.append(jar.empty() ? "" : "; ").append(name + "=" + value);
    if (!jar.empty()) headers.add("Cookie", jar);
    Response response = call(method, path, body, std::move(headers));
    keep(response);
    return response;
  }
  Response log_in_browser(Headers headers = {{"Sec-Fetch-Site", "same-origin"}}) {
    return browse(
        "POST", "/sessions",
        json{{"username", alice_.username}, {"password", alice_.password}, {"cookies", true}}.dump(),
        std::move(headers));
  }
  static std::vector<std::string> set_cookies(const Response& response) {
    std::vector<std::string> headers;
    for (const Headers::Field& field : response.headers)
      if (field.name == "Set-Cookie") headers.push_back(field.value);
    return headers;
  }

  const Member alice_ = house_.member("alice");
  std::map<std::string, std::string> cookies_;

 private:
  void keep(const Response& response) {
    for (const std::string& header : set_cookies(response)) {
      const std::size_t equals = header.find('=');
      const std::string name = header.substr(0, equals);
      if (header.find("Max-Age=0") != header.npos)
        cookies_.erase(name);
      else
        cookies_[name] = header.substr(equals + 1, header.find(';') - equals - 1);
    }
  }
};

TEST_F(CookieModeTest, PutsTheTokensIntoCookiesAndNoneIntoTheBody) {
  const Response login = log_in_browser();
  ASSERT_EQ(outcome(login), "201");
  const std::vector<std::string> headers = set_cookies(login);
  ASSERT_EQ(headers.size(), 3U);
  EXPECT_TRUE(headers[0].ends_with("; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure")) << headers[0];
  EXPECT_TRUE(
      headers[1].ends_with("; Path=/auth/v1/tokens; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"));
  EXPECT_TRUE(headers[2].ends_with("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure"));
  std::vector<std::string> members;
  const json body = body_of(login);
  for (const auto& [name, value] : body.items()) members.push_back(name);
  EXPECT_EQ(members,
            (std::vector<std::string>{"device_id", "expires_in", "jti", "refresh_expires_in", "session_id"}));
  for (const char* name : {kAccess, kRefresh, kDevice}) {
    ASSERT_TRUE(cookies_.contains(name)) << name;
    EXPECT_EQ(login.body.find(cookies_.at(name)), std::string::npos) << name;
  }
}

TEST_F(CookieModeTest, SetsNoCookieUnlessAsked) {
  EXPECT_TRUE(set_cookies(log_in(alice_)).empty());
  const Response refused =
      call("POST", "/sessions",
           json{{"username", "alice"}, {"password", alice_.password}, {"cookies", "yes"}}.dump());
  EXPECT_EQ(outcome(refused), "422 invalid_input");
  const Response plain =
      call("POST", "/sessions",
           json{{"username", "alice"}, {"password", alice_.password}, {"cookies", false}}.dump());
  EXPECT_EQ(outcome(plain), "201");
  EXPECT_TRUE(body_of(plain).contains("access_token"));
}

TEST_F(CookieModeTest, SetsNoCookieForAWrongPassword) {
  const Response response =
      browse("POST", "/sessions",
             json{{"username", "alice"}, {"password", "wrong password"}, {"cookies", true}}.dump());
  EXPECT_EQ(outcome(response), "401 invalid_credentials");
  EXPECT_TRUE(set_cookies(response).empty());
}

TEST_F(CookieModeTest, WalksFromLoginToLogout) {
  const json login = body_of(log_in_browser());
  EXPECT_EQ(body_of(browse("GET", "/account")).at("username"), "alice");

  const std::map<std::string, std::string> before = cookies_;
  const Response refreshed = browse("POST", "/tokens/refresh");
  ASSERT_EQ(outcome(refreshed), "200");
  EXPECT_EQ(body_of(refreshed).at("session_id"), login.at("session_id"));
  EXPECT_FALSE(body_of(refreshed).contains("access_token"));
  EXPECT_FALSE(body_of(refreshed).contains("refresh_token"));
  EXPECT_NE(cookies_.at(kAccess), before.at(kAccess));
  EXPECT_NE(cookies_.at(kRefresh), before.at(kRefresh));
  EXPECT_EQ(set_cookies(refreshed).size(), 2U);
  EXPECT_EQ(outcome(browse("GET", "/account")), "200");

  EXPECT_EQ(outcome(browse("DELETE", "/sessions/current")), "204");
  EXPECT_EQ(cookies_.size(), 1U);
  EXPECT_TRUE(cookies_.contains(kDevice));
  EXPECT_EQ(outcome(browse("GET", "/account")), "401 unauthenticated");
  EXPECT_EQ(outcome(browse("POST", "/tokens/refresh")), "401 refresh_invalid");
  EXPECT_EQ(body_of(log_in_browser()).at("device_id"), login.at("device_id")) << "it is the same browser";
}

TEST_F(CookieModeTest, ClearsTheTokensWheneverTheOwnSessionIsLoggedOut) {
  for (const std::string& path : {std::string("/sessions/current"), std::string("/sessions?scope=all"),
                                  std::string("/sessions/{own}")}) {
    const std::string own = body_of(log_in_browser()).at("session_id");
    ASSERT_EQ(outcome(browse("DELETE", "/sessions?scope=others")), "204");
    ASSERT_EQ(cookies_.size(), 3U) << "the others' end is not the own";
    EXPECT_EQ(outcome(browse("DELETE", path == "/sessions/{own}" ? "/sessions/" + own : path)), "204")
        << path;
    EXPECT_EQ(cookies_.size(), 1U) << path;
  }
  house_.live.dark = true;
  log_in_browser();
  EXPECT_EQ(outcome(browse("DELETE", "/sessions/current")), "202");
  EXPECT_EQ(cookies_.size(), 1U) << "also while it is pending";
}

TEST_F(CookieModeTest, KeepsTheCookiesOfASessionWhenAnotherIsLoggedOut) {
  const accounts::Login elsewhere = house_.sign_in(alice_);
  log_in_browser();
  EXPECT_EQ(outcome(browse("DELETE", "/sessions/" + elsewhere.session.str())), "204");
  EXPECT_EQ(cookies_.size(), 3U);
}

TEST_F(CookieModeTest, ForgetsTheTokensOfASessionThatIsOver) {
  log_in_browser();
  house_.sql("update session set ended_at = now(), end_reason = 'logout'");
  const Response response = browse("POST", "/tokens/refresh");
  EXPECT_EQ(outcome(response), "401 session_ended");
  EXPECT_EQ(cookies_.size(), 1U);
  log_in_browser();
  house_.live.keys["gatehouse:block:device:" +
                   body_of(browse("GET", "/account")).at("last_login_device").get<std::string>()] = "lost";
  EXPECT_EQ(outcome(browse("POST", "/tokens/refresh")), "403 device_blocked");
  EXPECT_EQ(cookies_.size(), 3U) << "which may be let in again";
}

TEST_F(CookieModeTest, RefusesWhatAnotherSiteMayHaveCaused) {
  log_in_browser();
  const std::map<std::string, std::string> jar = cookies_;
  const std::string device = body_of(browse("GET", "/account")).at("last_login_device");
  for (const Headers& headers :
       {Headers{}, Headers{{"Sec-Fetch-Site", "cross-site"}},
        Headers{{"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example.org"}},
        Headers{{"Origin", "https://evil.example"}}, Headers{{"Origin", "null"}}}) {
    EXPECT_EQ(outcome(browse("PUT", "/devices/" + device + "/block", "{}", headers)), "403 cross_site");
    EXPECT_EQ(outcome(browse("DELETE", "/sessions/current", "", headers)), "403 cross_site");
    EXPECT_EQ(outcome(browse("PUT", "/account/password", "{}", headers)), "403 cross_site");
    EXPECT_EQ(outcome(browse("POST", "/tokens/refresh", "", headers)), "403 cross_site");
    EXPECT_EQ(outcome(log_in_browser(headers)), "403 cross_site");
    EXPECT_EQ(cookies_, jar);
    EXPECT_EQ(outcome(browse("GET", "/account", "", headers)), "200") << "whose answer the page cannot read";
  }
  EXPECT_EQ(house_.sql("select refresh_counter || ' ' || count(*) from session group by refresh_counter"),
            "1 1");
}

TEST_F(CookieModeTest, TakesTheOwnOriginAndAllowedOnes) {
  for (const char* origin : {"https://example.org", "https://app.example.org"}) {
    const Headers headers{{"Origin", origin}};
    EXPECT_EQ(outcome(log_in_browser(headers)), "201");
    EXPECT_EQ(outcome(browse("POST", "/tokens/refresh", "", headers)), "200");
    EXPECT_EQ(outcome(browse("DELETE", "/sessions/current", "", headers)), "204");
  }
}

TEST_F(CookieModeTest, AsksNoOriginOfWhoHasNoCookies) {
  const accounts::Login login = house_.sign_in(alice_);
  EXPECT_EQ(outcome(call(login, "PUT", "/devices/" + login.device.str() + "/block")), "204");
}

TEST_F(CookieModeTest, BelievesTheHeaderBeforeTheCookie) {
  const accounts::Login bob = house_.sign_in(house_.member("bob"));
  log_in_browser();
  const std::string bearer = "Bearer " + std::string(bob.access_token.expose());
  EXPECT_EQ(body_of(browse("GET", "/account", "", {{"Authorization", bearer}})).at("username"), "bob");
  EXPECT_EQ(outcome(browse("GET", "/account", "", {{"Authorization", "Bearer nonsense"}})),
            "401 unauthenticated");
  EXPECT_EQ(outcome(browse("GET", "/account", "", {{"Authorization", bearer}, {"Authorization", bearer}})),
            "401 unauthenticated");
  EXPECT_EQ(body_of(browse("GET", "/account", "", {{"Authorization", "Basic eDp5"}})).at("username"), "alice")
      << "that of a proxy in front is not for us";
}

TEST_F(CookieModeTest, BelievesNoCookieThatComesTwiceOrUnderAnotherName) {
  log_in_browser();
  const std::string token = cookies_.at(kAccess);
  const auto with = [&](const std::string& cookie) {
    return outcome(call("GET", "/account", "", {{"Cookie", cookie}}));
  };
  const std::string name(kAccess);
  EXPECT_EQ(with(name + "=" + token), "200");
  for (const std::string& cookie :
       {name + "=" + token + "; " + name + "=" + token, name + "=x; " + name + "=" + token,
        "gatehouse-access=" + token, std::string(kRefresh) + "=" + token, name + "=" + cookies_.at(kRefresh),
        name + "=Bearer " + token, name + "=\"" + token + "\""})
    EXPECT_EQ(with(cookie), "401 unauthenticated") << cookie.substr(0, 40);
}

TEST_F(CookieModeTest, TakesTheRefreshTokenOfABodyAsItStands) {
  log_in_browser();
  const accounts::Login other = house_.sign_in(alice_);
  const Response response =
      browse("POST", "/tokens/refresh", json{{"refresh_token", other.refresh_token.expose()}}.dump(), {});
  ASSERT_EQ(outcome(response), "200");
  EXPECT_EQ(body_of(response).at("session_id"), other.session.str());
  EXPECT_TRUE(set_cookies(response).empty());
  EXPECT_EQ(outcome(call("POST", "/tokens/refresh")), "401 refresh_invalid");
}

TEST_F(CookieModeTest, LetsAllowedOriginsReadAnswersWhateverTheyAre) {
  const Headers app{{"Origin", "https://app.example.org"}};
  for (const Response& response :
       {call("GET", "/healthz", "", app), call("GET", "/account", "", app), call("GET", "/nowhere", "", app),
        call("PATCH", "/account", "", app), call("POST", "/sessions", "{", app)}) {
    EXPECT_EQ(response.headers.only("Access-Control-Allow-Origin"), "https://app.example.org");
    EXPECT_EQ(response.headers.only("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(response.headers.only("Vary"), "Origin");
  }
  for (const Headers& headers :
       {Headers{}, Headers{{"Origin", "https://evil.example"}}, Headers{{"Origin", "*"}},
        Headers{{"Origin", "null"}}, Headers{{"Origin", "https://example.org"}}}) {
    const Response response = call("GET", "/healthz", "", headers);
    EXPECT_EQ(response.headers.count("Access-Control-Allow-Origin"), 0U);
    EXPECT_EQ(response.headers.count("Access-Control-Allow-Credentials"), 0U);
    EXPECT_EQ(response.headers.only("Vary"), "Origin") << "a cache must not give one the other's answer";
  }
}

TEST_F(CookieModeTest, AnswersThePreflightOfAllowedOriginsAlone) {
  const auto ask = [&](const std::string& origin, const std::string& path) {
    return call("OPTIONS", path, "", {{"Origin", origin}, {"Access-Control-Request-Method", "DELETE"}});
  };
  const Response allowed = ask("https://app.example.org", "/sessions");
  EXPECT_EQ(outcome(allowed), "204");
  EXPECT_EQ(allowed.headers.only("Access-Control-Allow-Methods"), "POST, GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(allowed.headers.only("Access-Control-Allow-Headers"),
            "Authorization, Content-Type, X-Device-Token");
  EXPECT_EQ(allowed.headers.only("Access-Control-Allow-Origin"), "https://app.example.org");
  EXPECT_EQ(allowed.headers.only("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(allowed.headers.only("Access-Control-Max-Age"), "600");
  const Response foreign = ask("https://evil.example", "/sessions");
  EXPECT_EQ(outcome(foreign), "204");
  for (const Headers::Field& field : foreign.headers)
    EXPECT_FALSE(field.name.starts_with("Access-Control")) << field.name;
  EXPECT_EQ(outcome(ask("https://app.example.org", "/nowhere")), "404 not_found");
}

}  // namespace
}  // namespace gatehouse::http
