// A browser app from login to logout: nginx, daemon and upstream as they are, and no token in any script.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test/e2e/browser.hpp"
#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

constexpr const char* kAccess = "gatehouse-access";

class BrowserWalk : public testing::Test {
 protected:
  void SetUp() override { person_.become_verified(); }

  HttpRequest login() const {
    return json_request(
        "POST", stack_.api("/sessions"),
        nlohmann::json{{"username", person_.username()}, {"password", person_.password()}, {"cookies", true}}
            .dump());
  }
  HttpRequest page(const std::string& method = "GET") const {
    return {.url = stack_.url("/app/page"), .method = method};
  }
  HttpRequest api(const std::string& method, const std::string& path) const {
    return {.url = stack_.api(path), .method = method};
  }

  Stack& stack_ = shared_stack();
  const Person person_{stack_};
  Browser browser_;
};

TEST_F(BrowserWalk, LeadsFromLoginOverRefreshToLogout) {
  EXPECT_EQ(browser_.send(page()).status, 401);
  const HttpResponse logged_in = browser_.send(login());
  ASSERT_EQ(logged_in.status, 201) << logged_in.body;
  EXPECT_EQ(member(logged_in.body, "access_token"), "");
  const std::string device = member(logged_in.body, "device_id");

  const HttpResponse shown = browser_.send(page());
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_NE(shown.body.find("X-Auth-Device: " + device), std::string::npos) << shown.body;
  EXPECT_EQ(shown.body.find(browser_.cookie(kAccess)), std::string::npos) << "the upstream sees no token";
  EXPECT_EQ(browser_.send(page("POST")).status, 200);
  EXPECT_EQ(member(browser_.send(api("GET", "/account")).body, "username"), person_.username());

  const std::string first = browser_.cookie(kAccess);
  ASSERT_EQ(browser_.send(api("POST", "/tokens/refresh")).status, 200);
  EXPECT_NE(browser_.cookie(kAccess), first);
  EXPECT_EQ(browser_.send(page()).status, 200);

  const Login kept{.access_token = browser_.cookie(kAccess)};
  ASSERT_EQ(browser_.send(api("DELETE", "/sessions/current")).status, 204);
  EXPECT_EQ(browser_.cookie(kAccess), "");
  EXPECT_EQ(browser_.send(page()).status, 401);
  EXPECT_TRUE(wait_until([&] { return status_of_app(stack_, kept) == 403; })) << "nor does a copy open it";
  EXPECT_EQ(browser_.send(api("POST", "/tokens/refresh")).status, 401);

  EXPECT_EQ(member(browser_.send(login()).body, "device_id"), device)
      << "the same browser is the same device";
}

TEST_F(BrowserWalk, TakesNothingFromAnotherSitesPage) {
  EXPECT_EQ(member(browser_.send_cross_site(login()).body, "code"), "cross_site");
  ASSERT_EQ(browser_.send(login()).status, 201);
  for (const HttpRequest& request : {page("POST"), page("DELETE"), api("DELETE", "/sessions/current"),
                                     api("DELETE", "/sessions?scope=all"), api("POST", "/tokens/refresh")}) {
    const HttpResponse refused = browser_.send_cross_site(request);
    EXPECT_EQ(refused.status, 403) << request.url;
    EXPECT_EQ(member(refused.body, "code"), "cross_site") << request.url;
  }
  EXPECT_EQ(browser_.send(page()).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
