// Requests that another site may have caused, and a browser's questions before it sends one.

#include <gtest/gtest.h>

#include <filesystem>

#include "test/e2e/shared_gate.hpp"

namespace gatehouse::test {
namespace {

class GateCrossSite : public SharedGate<GateCrossSite> {
 protected:
  static void SetUpTestSuite() {
    pages_ = std::make_unique<TempDir>();
    std::filesystem::create_directory(*pages_ / "ssi");
    write_file(*pages_ / "ssi/page.html", R"([<!--#include virtual="/app/" -->])");
    start(R"(
      gatehouse_token header cookie=access;
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        location /app/ { gatehouse "app"; gatehouse_origin https://partner.example https://Third.example; proxy_pass http://echo; }
        location /off/ { gatehouse "app"; gatehouse_csrf off; proxy_pass http://echo; }
        location /open/ { gatehouse "app" optional; proxy_pass http://echo; }
        location /cors/ { gatehouse "app"; gatehouse_preflight allow; proxy_pass http://echo; }
        location /asked/ { auth_request /app/; proxy_pass http://echo; }
        location /mirrored/ { mirror /echoed/; proxy_pass http://echo; }
        location = /echoed/ { gatehouse "app"; access_log @DIR@/mirror.log; log_subrequest on; proxy_pass http://echo; }
        location /pages/ { gatehouse "pages"; error_page 401 403 = /login; proxy_pass http://echo; }
        location = /login { return 302 /login.html; }
        location /ssi/ { ssi on; error_page 405 =200 $uri; root )" +
          pages_->path() + R"(; }
      }
    )");
  }
  static void TearDownTestSuite() {
    SharedGate::TearDownTestSuite();
    pages_.reset();
  }

  static HttpResponse send(const std::string& method, const std::string& path,
                           std::vector<std::string> headers) {
    HttpRequest request = gate_->nginx().request(path, std::move(headers));
    request.method = method;
    return request.send();
  }
  static std::string cookie() { return "Cookie: access=" + gate_->tokens().token(); }
  static void expect_refused(const HttpResponse& response) {
    EXPECT_EQ(response.status, 403) << response.headers;
    EXPECT_EQ(code_of(response), "cross_site");
    EXPECT_EQ(response.header("X-Status"), "cross_site");
  }

  static std::unique_ptr<TempDir> pages_;
};

std::unique_ptr<TempDir> GateCrossSite::pages_;

TEST_F(GateCrossSite, AChangeWithACookieMustComeFromOurOwnPages) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "PROPFIND"}) {
    expect_refused(send(method, "/app/", {cookie()}));
    expect_refused(send(method, "/app/", {cookie(), "Sec-Fetch-Site: cross-site"}));
    expect_refused(send(method, "/app/", {cookie(), "Sec-Fetch-Site: same-site"}));
    expect_refused(send(method, "/app/", {cookie(), "Origin: https://evil.example"}));
    expect_refused(send(method, "/app/", {cookie(), "Origin: null"}));
    EXPECT_EQ(send(method, "/app/", {cookie(), "Sec-Fetch-Site: same-origin"}).status, 200) << method;
    EXPECT_EQ(send(method, "/app/", {cookie(), "Sec-Fetch-Site: none"}).status, 200) << method;
    EXPECT_EQ(send(method, "/app/", {cookie(), "Origin: https://partner.example"}).status, 200) << method;
    EXPECT_EQ(send(method, "/app/", {cookie(), "Origin: https://third.example", "Sec-Fetch-Site: cross-site"})
                  .status,
              200)
        << method;
  }
}

TEST_F(GateCrossSite, OurOwnOriginIsThatOfSchemeAndHost) {
  EXPECT_EQ(send("POST", "/app/", {cookie(), "Origin: http://localhost"}).status, 200);
  EXPECT_EQ(send("POST", "/app/", {cookie(), "Host: App.example:81", "Origin: http://app.example:81"}).status,
            200);
  expect_refused(send("POST", "/app/", {cookie(), "Origin: https://localhost"}));
  expect_refused(send("POST", "/app/", {cookie(), "Origin: http://localhost:81"}));
  expect_refused(send("POST", "/app/", {cookie(), "Origin: http://localhost", "Sec-Fetch-Site: cross-site"}));
  expect_refused(send("POST", "/app/", {cookie(), "Origin: http://localhost", "Origin: http://localhost"}));
  expect_refused(
      send("POST", "/app/", {cookie(), "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}));
}

TEST_F(GateCrossSite, WhatAsksForNoChangeMayComeFromAnywhere) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_EQ(send(method, "/app/", {cookie(), "Sec-Fetch-Site: cross-site"}).status, 200) << method;
}

TEST_F(GateCrossSite, AnUpgradeIsNotHarmless) {
  const std::vector<std::string> upgrade{cookie(), "Connection: Upgrade", "Upgrade: websocket"};
  expect_refused(send("GET", "/app/", upgrade));
  std::vector<std::string> own = upgrade;
  own.emplace_back("Origin: http://localhost");
  EXPECT_EQ(send("GET", "/app/", own).status, 200);
  std::vector<std::string> foreign = upgrade;
  foreign.emplace_back("Origin: http://evil.example");
  expect_refused(send("GET", "/app/", foreign));
}

TEST_F(GateCrossSite, ATokenThatNoBrowserAddsByItselfIsNoForgery) {
  EXPECT_EQ(send("POST", "/app/", {gate_->tokens().bearer(), "Sec-Fetch-Site: cross-site"}).status, 200);
  EXPECT_EQ(send("POST", "/open/", {"Sec-Fetch-Site: cross-site"}).status, 200) << "anonymous";
}

TEST_F(GateCrossSite, OffMeansOff) {
  EXPECT_EQ(send("POST", "/off/", {cookie(), "Sec-Fetch-Site: cross-site"}).status, 200);
}

TEST_F(GateCrossSite, ABadTokenIsToldAsSuch) {
  EXPECT_EQ(code_of(send("POST", "/app/", {"Cookie: access=nonsense"})), "malformed_token");
}

TEST_F(GateCrossSite, ASubrequestDoesWhatItsRequestAsksFor) {
  EXPECT_EQ(send("GET", "/asked/", {cookie()}).status, 200);
  EXPECT_EQ(send("POST", "/asked/", {cookie()}).status, 403);
  EXPECT_EQ(send("POST", "/asked/", {cookie(), "Sec-Fetch-Site: same-origin"}).status, 200);
  EXPECT_EQ(send("POST", "/mirrored/", {cookie(), "Sec-Fetch-Site: cross-site"}).status, 200);
  EXPECT_NE(send("GET", "/ssi/page.html", {cookie()}).body.find("GET /"), std::string::npos);
  EXPECT_EQ(send("GET", "/ssi/page.html", {}).body.find("GET /"), std::string::npos);
}

TEST_F(GateCrossSite, AnErrorPageSendsABrowserToTheLoginPage) {
  EXPECT_EQ(send("GET", "/pages/", {}).status, 302);
  const HttpResponse response = send("POST", "/pages/", {cookie()});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.header("X-Status"), "cross_site");
}

TEST_F(GateCrossSite, APreflightPassesOnlyWhereItMayAndOnlyIfItIsOne) {
  const std::vector<std::string> preflight{"Origin: https://partner.example",
                                           "Access-Control-Request-Method: PUT"};
  const HttpResponse response = send("OPTIONS", "/cors/", preflight);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("X-Status"), "anonymous");
  EXPECT_EQ(send("OPTIONS", "/app/", preflight).status, 401);
  EXPECT_EQ(send("OPTIONS", "/cors/", {preflight[0]}).status, 401);
  EXPECT_EQ(send("OPTIONS", "/cors/", {preflight[1]}).status, 401);
  EXPECT_EQ(send("OPTIONS", "/cors/", {preflight[0], "Access-Control-Request-Method;"}).status, 401);
  EXPECT_EQ(send("GET", "/cors/", preflight).status, 401);
  std::vector<std::string> with_bad_token = preflight;
  with_bad_token.emplace_back("Authorization: Bearer nonsense");
  EXPECT_EQ(send("OPTIONS", "/cors/", with_bad_token).status, 401);
}

}  // namespace
}  // namespace gatehouse::test
