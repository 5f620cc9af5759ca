#include "http/web_origins.hpp"

#include <gtest/gtest.h>

#include "base/web_origin.hpp"

namespace gatehouse::http {
namespace {

const WebOrigins kOrigins("https://example.org", {"https://app.example.org"});

bool refused(const std::string& method, Headers headers) {
  const Request request{.method = method,
                        .target = "/",
                        .version = "HTTP/1.1",
                        .headers = std::move(headers),
                        .body = {},
                        .peer = {}};
  const std::optional<Problem> problem = kOrigins.refuse_cross_site(request);
  EXPECT_EQ(problem ? std::to_string(problem->status) + problem->code : "403cross_site", "403cross_site");
  return problem.has_value();
}

TEST(WebOrigins, TakeWhatChangesSomethingFromTheOwnAndAllowedSitesAlone) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get", "TRACE"}) {
    EXPECT_FALSE(refused(method, {{"Sec-Fetch-Site", "same-origin"}}));
    EXPECT_FALSE(refused(method, {{"Sec-Fetch-Site", "none"}}));
    EXPECT_FALSE(refused(method, {{"Origin", "https://example.org"}}));
    EXPECT_FALSE(refused(method, {{"Origin", "https://app.example.org"}}));
    EXPECT_FALSE(refused(method, {{"Sec-Fetch-Site", "same-site"}, {"Origin", "https://app.example.org"}}));
    EXPECT_TRUE(refused(method, {})) << "who says nothing is not believed";
    EXPECT_TRUE(refused(method, {{"Sec-Fetch-Site", "same-site"}}));
    EXPECT_TRUE(refused(method, {{"Sec-Fetch-Site", "cross-site"}}));
    EXPECT_TRUE(refused(method, {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}}));
  }
}

TEST(WebOrigins, LetThroughWhatChangesNothing) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_FALSE(refused(method, {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}}));
}

TEST(WebOrigins, TakeNoOriginThatOnlyLooksLikeOne) {
  for (const char* origin :
       {"null", "", "https://example.org.evil.example", "https://evil.example/https://example.org",
        "http://example.org", "https://example.org:8443", "https://example.org/", "https://xexample.org",
        "HTTPS://EXAMPLE.ORG", "https://example.org, https://evil.example", "example.org"})
    EXPECT_TRUE(refused("POST", {{"Origin", origin}})) << origin;
  EXPECT_TRUE(refused("POST", {{"Origin", "https://example.org"}, {"Origin", "https://example.org"}}));
  EXPECT_TRUE(refused("POST", {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "none"}}));
  EXPECT_TRUE(refused("POST", {{"Sec-Fetch-Site", "SAME-ORIGIN"}}));
  EXPECT_TRUE(refused("POST", {{"Referer", "https://example.org/"}}));
}

TEST(WebOrigin, IsAsBrowsersWriteIt) {
  EXPECT_EQ(web_origin("https://Example.ORG"), "https://example.org");
  EXPECT_EQ(web_origin("https://example.org:443"), "https://example.org");
  EXPECT_EQ(web_origin("http://localhost:80"), "http://localhost");
  EXPECT_EQ(web_origin("https://example.org:80"), "https://example.org:80");
  EXPECT_EQ(web_origin("http://[::1]:8080"), "http://[::1]:8080");
}

}  // namespace
}  // namespace gatehouse::http
