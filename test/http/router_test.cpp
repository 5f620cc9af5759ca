#include "http/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "http/routes.hpp"

namespace gatehouse::http {
namespace {

Outcome nothing(const Call&) {
  return Response{};
}

const std::vector<Route> kRoutes{
    {"GET", "/things", Lane::kDirect, nothing},
    {"POST", "/things", Lane::kQuick, nothing},
    {"PUT", "/things/{id}/colour", Lane::kQuick, nothing},
    {"GET", "/doors/{token}", Lane::kQuick, nothing},
    {"GET", "/", Lane::kDirect, nothing},
};
constexpr const char* kId = "018f0000-abcd-7000-8000-00000000000a";

class RouterTest : public testing::Test {
 protected:
  // The pattern that was found, or the methods that are allowed there, or "none".
  std::string find(std::string_view method, std::string_view path) {
    const Found found = router_.find(method, path);
    if (const auto* match = std::get_if<Match>(&found))
      return std::string(match->route->method) + " " + std::string(match->route->pattern);
    if (const auto* others = std::get_if<OtherMethods>(&found)) return others->allow;
    return "none";
  }

  Router router_{kRoutes};
};

TEST_F(RouterTest, FindsARouteByMethodAndPath) {
  EXPECT_EQ(find("GET", "/things"), "GET /things");
  EXPECT_EQ(find("POST", "/things"), "POST /things");
  EXPECT_EQ(find("GET", "/"), "GET /");
}

TEST_F(RouterTest, AnswersHeadByGet) {
  EXPECT_EQ(find("HEAD", "/things"), "GET /things");
}

TEST_F(RouterTest, NamesTheMethodsOfAPathThatLacksTheOneAsked) {
  EXPECT_EQ(find("DELETE", "/things"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(find("OPTIONS", "/things"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(find("HEAD", std::string("/things/") + kId + "/colour"), "PUT, OPTIONS");
  EXPECT_EQ(find("get", "/things"), "GET, HEAD, POST, OPTIONS");
}

TEST_F(RouterTest, TakesOnlyUuidsForIds) {
  const Found found = router_.find("PUT", std::string("/things/") + kId + "/colour");
  ASSERT_TRUE(std::holds_alternative<Match>(found));
  EXPECT_EQ(std::get<Match>(found).parameters, std::vector<std::string>{kId});
  for (const std::string id : {"", "1", "me", "..", "018f0000-abcd-7000-8000-00000000000", "%00"})
    EXPECT_EQ(find("PUT", "/things/" + id + "/colour"), "none") << id;
}

TEST_F(RouterTest, DecodesSegmentsAndKeepsAnEncodedSlashInsideOfOne) {
  EXPECT_EQ(find("GET", "/%74hings"), "GET /things");
  EXPECT_EQ(find("GET", "/things%2f"), "none");
  EXPECT_EQ(find("PUT", std::string("/things%2F") + kId + "/colour"), "none");
  for (const char* path : {"/thing%7", "/thing%", "/thing%zz", "/things%00", "/thing%7%33"})
    EXPECT_EQ(find("GET", path), "none") << path;
}

TEST_F(RouterTest, TakesAnySegmentForAToken) {
  for (const char* path : {"/doors/AQGh-_9", "/doors/a%2Fb", "/doors/..", "/doors/"})
    EXPECT_EQ(find("GET", path), "GET /doors/{token}") << path;
  EXPECT_EQ(std::get<Match>(router_.find("GET", "/doors/a%2Fb")).parameters.at(0), "a/b");
  for (const char* path : {"/doors", "/doors/a/b", "/doors/%zz"})
    EXPECT_EQ(find("GET", path), "none") << path;
}

TEST_F(RouterTest, DoesNotTidyPaths) {
  for (const char* path : {"/things/", "//things", "/x/../things", "/./things", "/Things", "", "*", "things",
                           "http://host/things", "/things/x"})
    EXPECT_EQ(find("GET", path), "none") << path;
}

TEST(Routes, HaveNoTwoForOneMethodAndPath) {
  std::vector<std::string> seen;
  for (const Route& route : routes()) seen.push_back(std::string(route.method) + std::string(route.pattern));
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

TEST(Routes, HashPasswordsOnThePasswordLaneAlone) {
  const std::set<std::string> hashing{"POST /auth/v1/accounts", "POST /auth/v1/sessions",
                                      "PUT /auth/v1/account/password", "PUT /auth/v1/password-resets/{id}"};
  for (const Route& route : routes()) {
    const std::string call = std::string(route.method) + " " + std::string(route.pattern);
    EXPECT_EQ(route.lane == Lane::kPassword, hashing.contains(call)) << call;
  }
}

}  // namespace
}  // namespace gatehouse::http
