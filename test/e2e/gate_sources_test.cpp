// Where the gate finds a token: header, cookie, argument, and what it makes of several.

#include <gtest/gtest.h>

#include "test/e2e/shared_gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateSources : public SharedGate<GateSources> {
 protected:
  static void SetUpTestSuite() {
    start(R"(
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        add_header X-Subject $gatehouse_subject always;
        proxy_set_header Cookie $http_cookie;
        gatehouse_token header cookie=access arg=token;
        location /app/ { gatehouse "app"; proxy_pass http://echo; }
        location /open/ { gatehouse "app" optional; proxy_pass http://echo; }
        location /cookie/ { gatehouse "app"; gatehouse_token cookie=access; proxy_pass http://echo;
          location /cookie/nested/ { proxy_pass http://echo; } }
        location /plain/ { gatehouse "app"; gatehouse_token header; proxy_pass http://echo; }
        location /asked/ { auth_request /app/; proxy_pass http://echo; }
      }
    )");
  }

  static std::string token(const std::string& subject = "user-1") {
    return gate_->tokens().token({{"sub", '"' + subject + '"'}});
  }
  static void expect(const HttpResponse& response, long status, const std::string& word) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.header("X-Status"), word);
    EXPECT_EQ(response.header("X-Subject"), word == "ok" ? "user-1" : "");
  }
};

TEST_F(GateSources, AreTheHeaderTheCookieAndTheArgument) {
  expect(get("/app/", {"Authorization: Bearer " + token()}), 200, "ok");
  for (const std::string& value :
       {token(), '"' + token() + '"', "Bearer " + token(), "\"Bearer " + token() + '"'})
    expect(get("/app/", {"Cookie: a=1; access=" + value + "; b=2"}), 200, "ok");
  expect(get("/app/?a=1&token=" + token()), 200, "ok");
  std::string encoded = token();
  encoded.replace(encoded.find('.'), 1, "%2E");
  expect(get("/app/?token=" + encoded), 200, "ok");
  expect(get("/asked/?token=" + token()), 200, "");
  expect(get("/asked/"), 401, "");
}

TEST_F(GateSources, OfALocationReplaceThoseThatWereInherited) {
  expect(get("/cookie/", {"Authorization: Bearer " + token()}), 401, "no_token");
  expect(get("/cookie/nested/", {"Cookie: access=" + token()}), 200, "ok");
  expect(get("/cookie/", {"Authorization: Bearer not a token", "Cookie: access=" + token()}), 200, "ok");
  expect(get("/plain/?token=" + token(), {"Cookie: access=" + token()}), 401, "no_token");
}

TEST_F(GateSources, TheSameTokenInSeveralPlacesIsOne) {
  const std::string same = token();
  expect(get("/app/?token=" + same, {"Authorization: Bearer " + same, "Cookie: access=" + same}), 200, "ok");
}

TEST_F(GateSources, DifferentTokensAreABadRequest) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> requests{
      {"/app/", {"Authorization: Bearer " + token(), "Cookie: access=" + token("other")}},
      {"/app/?token=" + token("other"), {"Authorization: Bearer " + token()}},
      {"/app/?token=" + token("other"), {"Cookie: access=" + token()}},
      {"/app/?token=" + token() + "&token=" + token(), {}},
      {"/app/", {"Cookie: access=" + token() + "; access=" + token("other")}},
      {"/app/", {"Cookie: access=" + token() + "; access="}},
      {"/open/", {"Cookie: access=" + token(), "Cookie: access=" + token("other")}},
  };
  for (const auto& [path, headers] : requests) {
    const HttpResponse response = get(path, headers);
    expect(response, 400, "ambiguous_token");
    EXPECT_EQ(code_of(response), "ambiguous_token");
    EXPECT_NE(response.header("WWW-Authenticate").find("error=\"invalid_request\""), std::string::npos);
  }
}

TEST_F(GateSources, CookiesOfHttp2InSeveralHeadersAreOneList) {
  Gate gate;
  gate.redis().set_ready();
  gate.start_unready(R"(
    server { listen unix:@SOCKET@ http2;
      location / { gatehouse "app"; gatehouse_token cookie=access; proxy_pass http://echo; } })");
  const auto send = [&](const std::vector<std::string>& headers) {
    HttpRequest request = gate.nginx().request("/", headers);
    request.http2 = true;
    return request.send().status;
  };
  const std::string good = "cookie: access=" + gate.tokens().token();
  ASSERT_TRUE(wait_until([&] { return send({good}) == 200; }));
  EXPECT_EQ(send({"cookie: a=1", good, "cookie: b=2"}), 200);
  EXPECT_EQ(send({good, good}), 400);
  EXPECT_EQ(send({"cookie: a=1"}), 401);
}

TEST_F(GateSources, WithoutATokenAnOptionalLocationIsAnonymous) {
  const std::vector<std::vector<std::string>> without{
      {}, {"Authorization: Basic YTpi"}, {"Cookie: other=1"}, {"Cookie: access="}};
  for (const std::vector<std::string>& headers : without) expect(get("/open/", headers), 200, "anonymous");
  expect(get("/open/", {"Cookie: access=" + token()}), 200, "ok");
}

TEST_F(GateSources, ABadTokenIsRefusedAlsoWhereNoneIsNeeded) {
  expect(get("/open/", {"Cookie: access=nonsense"}), 401, "malformed_token");
  expect(get("/open/?token=a%zz"), 401, "malformed_token");
  expect(get("/open/", {"Authorization: Bearer"}), 400, "malformed_authorization");
  expect(get("/open/", {gate_->tokens().bearer({{"exp", "1"}})}), 401, "expired");
  gate_->block("session:session-9");
  EXPECT_TRUE(gate_->becomes(403, "/open/", gate_->tokens().bearer({{"sid", R"("session-9")"}})));
}

TEST_F(GateSources, ATokenInAnArgumentIsNotInWhatWeLog) {
  const std::string secret = gate_->tokens().token({{"exp", "1"}});
  expect(get("/app/?token=" + secret), 401, "expired");
  EXPECT_NE(gate_->nginx().error_log().find("gatehouse: refused: expired"), std::string::npos);
  EXPECT_EQ(gate_->nginx().error_log().find(secret), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::test
