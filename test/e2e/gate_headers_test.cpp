// Identity headers: the upstream may believe them, because no client can set them, in any spelling.

#include <gtest/gtest.h>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

constexpr const char* kSpellings[] = {"X-Auth-User", "x-auth-user",  "X-AUTH-USER",  "X_Auth_User",
                                      "X-Auth_User", "X-Auth-User-", "X-Auth-User_", "-X-Auth-User",
                                      "X.Auth.User", "X-Other"};

// `extra` are directives of the server.
std::string server(const std::string& extra) {
  return R"(
    gatehouse_header X-Auth-User $gatehouse_subject;
    server {
      listen unix:@SOCKET@ http2;
      )" +
         extra + R"(
      location /open/ { proxy_pass http://echo; }
      location /optional/ { gatehouse "app" optional; proxy_pass http://echo; }
      location /app/ {
        gatehouse "app";
        proxy_pass http://echo;
        location /app/nested/ { gatehouse_header X-Other $gatehouse_device; proxy_set_header X-Mine 1; proxy_pass http://echo; }
        location /app/off/ { gatehouse off; proxy_pass http://echo; }
      }
    })";
}

// HTTP/2 and HTTP/1 need servers of their own in nginx 1.22.
std::string server1(const std::string& extra) {
  std::string text = server(extra);
  text.erase(text.find(" http2"), 6);
  return text;
}

class GateHeaders : public testing::Test {
 protected:
  void expect_no_spoofing(bool http2) {
    for (const char* path : {"/open/", "/optional/", "/app/", "/app/nested/", "/app/off/"})
      for (const char* spelling : kSpellings) {
        HttpRequest request =
            gate_.nginx().request(path, {gate_.tokens().bearer(), std::string(spelling) + ": mallory",
                                         std::string(spelling) + ": mallory", "X-Harmless: yes"});
        request.http2 = http2;
        const HttpResponse page = request.send();
        ASSERT_EQ(page.status, 200) << path << ' ' << spelling << ' ' << page.error;
        EXPECT_EQ(page.body.find("mallory"), std::string::npos) << path << ' ' << spelling << '\n'
                                                                << page.body;
        EXPECT_NE(page.body.find("X-Harmless: yes"), http2 ? 0U : std::string::npos) << page.body;
        const bool has_user = page.body.find("X-Auth-User: user-1") != std::string::npos;
        const bool sets_user = path == std::string("/app/") || path == std::string("/optional/");
        EXPECT_EQ(has_user, sets_user) << path << '\n' << page.body;
        const bool has_other = page.body.find("X-Other: device-1") != std::string::npos;
        EXPECT_EQ(has_other, path == std::string("/app/nested/")) << path << '\n' << page.body;
      }
  }

  // Without a token, where none is needed.
  void expect_anonymous(bool http2) {
    for (const char* path : {"/open/", "/optional/", "/app/off/"})
      for (const char* spelling : kSpellings) {
        HttpRequest request = gate_.nginx().request(path, {std::string(spelling) + ": mallory"});
        request.http2 = http2;
        const HttpResponse page = request.send();
        ASSERT_EQ(page.status, 200) << path << ' ' << spelling << ' ' << page.error;
        EXPECT_EQ(page.body.find("mallory"), std::string::npos) << path << ' ' << spelling << '\n'
                                                                << page.body;
        EXPECT_EQ(page.body.find("user-1"), std::string::npos) << path << '\n' << page.body;
      }
  }

  Gate gate_;
};

class GateHeaderSpellings : public GateHeaders, public testing::WithParamInterface<std::string> {};

INSTANTIATE_TEST_SUITE_P(WithEachWayToReadNames, GateHeaderSpellings,
                         testing::Values("", "underscores_in_headers on;", "ignore_invalid_headers off;",
                                         "ignore_invalid_headers off; underscores_in_headers on;"),
                         [](const auto& info) { return "Case" + std::to_string(info.index); });

TEST_P(GateHeaderSpellings, OfTheClientNeverReachTheUpstreamByHttp1) {
  gate_.start(server1(GetParam()));
  expect_no_spoofing(false);
  expect_anonymous(false);
}

TEST_P(GateHeaderSpellings, OfTheClientNeverReachTheUpstreamByHttp2) {
  gate_.redis().set_ready();
  gate_.start_unready(server(GetParam()));
  HttpRequest probe = gate_.nginx().request("/app/", {gate_.tokens().bearer()});
  probe.http2 = true;
  ASSERT_TRUE(wait_until([&] { return probe.send().status == 200; }));
  expect_no_spoofing(true);
  expect_anonymous(true);
}

TEST_F(GateHeaders, AreNotDroppedByConnectionNorForgedThroughIt) {
  std::string text = server1("");
  text.insert(text.find("proxy_pass http://echo;\n        location"),
              "proxy_set_header Connection $http_connection; proxy_http_version 1.1; ");
  gate_.start(text);
  const HttpResponse page = gate_.nginx().get(
      "/app/", {gate_.tokens().bearer(), "Connection: close, X-Auth-User, x_auth_user, keep-alive"});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("X-Auth-User: user-1"), std::string::npos) << page.body;
  const std::size_t connection = page.body.find("Connection: ");
  ASSERT_NE(connection, std::string::npos) << page.body;
  const std::string line = page.body.substr(connection, page.body.find('\n', connection) - connection);
  EXPECT_EQ(line.find("uth"), std::string::npos) << line;
}

TEST_F(GateHeaders, WithoutATokenNothingReachesTheUpstream) {
  gate_.start(server1(""));
  EXPECT_EQ(gate_.nginx().get("/app/", {"X-Auth-User: mallory"}).status, 401);
}

TEST_F(GateHeaders, OfTheClientAreStrippedAlsoWhereAnErrorIsHandledEarly) {
  gate_.start(server1(
      "error_page 494 = /early; location = /early { proxy_pass http://echo; } client_header_buffer_size 1k; "
      "large_client_header_buffers 2 1k;"));
  const std::string answer = gate_.nginx().exchange(
      "GET /app/ HTTP/1.1\r\nHost: x\r\nX-Auth-User: mallory\r\nX-Long: " + std::string(3000, 'a') +
      "\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("GET "), std::string::npos) << answer;
  EXPECT_EQ(answer.find("mallory"), std::string::npos) << answer;
}

TEST_F(GateHeaders, NeverCarryControlCharacters) {
  std::string text = server1("");
  text.replace(text.find("$gatehouse_subject"), 18, "$gatehouse_claim_name");
  gate_.start(text);
  const HttpResponse good = gate_.nginx().get("/app/", {gate_.tokens().bearer({{"name", R"("Zoë")"}})});
  EXPECT_NE(good.body.find("X-Auth-User: Zoë"), std::string::npos) << good.body;
  for (const char* name : {R"("a\r\nX-Admin: 1")", R"("a\nb")", R"("a\u0000b")"}) {
    const HttpResponse page = gate_.nginx().get("/app/", {gate_.tokens().bearer({{"name", name}})});
    EXPECT_EQ(page.body.find("X-Admin: 1"), std::string::npos) << page.body;
    EXPECT_EQ(page.body.find("X-Auth-User"), std::string::npos) << page.body;
  }
}

}  // namespace
}  // namespace gatehouse::test
