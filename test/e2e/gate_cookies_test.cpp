// Gatehouse's cookies are for the gate and the daemon; what stands behind a protected location does not get
// them.

#include <gtest/gtest.h>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::string server(const std::string& listen) {
  return R"(
    gatehouse_token header cookie=access;
    server {
      listen unix:@SOCKET@ )" +
         listen + R"(;
      location /app/ { gatehouse "app" optional; proxy_set_header X-Cookies $http_cookie; proxy_set_header X-Access $cookie_access; proxy_pass http://echo;
        location /app/all/ { gatehouse_pass_cookies on; proxy_set_header X-All 1; proxy_pass http://echo; } }
      location /auth/v1/ { gatehouse off; proxy_pass http://echo; }
      location /turned/ { gatehouse "turned" optional; error_page 404 = /auth/v1/; root /nowhere; }
      location /again/ { gatehouse "again" optional; error_page 404 = /other/; root /nowhere; }
      location /other/ { gatehouse "other"; proxy_pass http://echo; }
      location /asked/ { gatehouse "asked" optional; auth_request /other/; proxy_pass http://echo; }
    })";
}

class GateCookies : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    gate_.redis().set_ready();
    gate_.start_unready(server(GetParam() ? "http2" : ""));
    ASSERT_TRUE(wait_until([&] { return get("/app/", {}).status == 200; }));
  }
  HttpResponse get(const std::string& path, const std::vector<std::string>& headers) const {
    HttpRequest request = gate_.nginx().request(path, headers);
    request.http2 = GetParam();
    return request.send();
  }
  std::string cookies(const std::string& path, const std::vector<std::string>& headers) const {
    const HttpResponse page = get(path, headers);
    EXPECT_EQ(page.status, 200) << path << ' ' << page.error;
    std::string found;
    for (std::size_t at = 0; (at = page.body.find("ookie: ", at)) != std::string::npos; ++at)
      found += page.body.substr(at + 7, page.body.find('\n', at) - at - 7) + '|';
    return found;
  }
  std::string token() const { return gate_.tokens().token(); }

  mutable Gate gate_;
};

INSTANTIATE_TEST_SUITE_P(ByEachProtocol, GateCookies, testing::Bool(),
                         [](const auto& info) { return info.param ? "Http2" : "Http1"; });

TEST_P(GateCookies, OfOursAreNotInVariablesEither) {
  const HttpResponse page = get("/app/", {"Cookie: a=1; access=" + token()});
  EXPECT_NE(page.body.find("X-Cookies: a=1\n"), std::string::npos) << page.body;
  EXPECT_EQ(page.body.find("X-Access: "), std::string::npos) << page.body;
}

TEST_P(GateCookies, OfOursDoNotReachTheUpstream) {
  EXPECT_EQ(cookies("/app/", {"Cookie: a=1; access=" + token() + "; b=2"}), "a=1; b=2|");
  for (const char* name : {"__Host-gatehouse-access", "__Secure-gatehouse-refresh", "__Host-gatehouse-device",
                           "gatehouse-access", "gatehouse-refresh", "gatehouse-device"}) {
    EXPECT_EQ(cookies("/app/", {std::string("Cookie: ") + name + "=1; a=2"}), "a=2|") << name;
    EXPECT_EQ(cookies("/app/", {std::string("Cookie: ") + name + "=1"}), "") << name;
  }
  EXPECT_EQ(cookies("/app/", {"Cookie: a=1; gatehouse=2; xaccess=3"}), "a=1; gatehouse=2; xaccess=3|");
}

TEST_P(GateCookies, InSeveralHeadersAreAllFound) {
  const std::string found =
      cookies("/app/", {"Cookie: a=1", "Cookie: gatehouse-device=2", "Cookie: access=" + token() + "; b=3"});
  EXPECT_EQ(found, GetParam() ? "a=1; b=3|" : "a=1|b=3|");
}

TEST_P(GateCookies, PassWhereTheyAreWanted) {
  const std::string all = "a=1; access=" + token() + "; gatehouse-device=2";
  EXPECT_EQ(cookies("/app/all/", {"Cookie: " + all}), all + '|');
  EXPECT_EQ(cookies("/auth/v1/", {"Cookie: " + all}), all + '|') << "the daemon reads them";
  EXPECT_EQ(cookies("/turned/", {"Cookie: " + all}), all + '|') << "also after another location";
}

TEST_P(GateCookies, ThatAreHiddenStillAuthenticateInTheNextLocation) {
  EXPECT_EQ(cookies("/again/", {"Cookie: a=1; access=" + token()}), "a=1|");
  EXPECT_EQ(cookies("/asked/", {"Cookie: a=1; access=" + token()}), "a=1|");
  EXPECT_EQ(get("/again/", {"Cookie: a=1"}).status, 401);
  EXPECT_EQ(get("/asked/", {"Cookie: a=1"}).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
