// gatehouse_require: what must hold besides a good token, and for which location it was found out.

#include <gtest/gtest.h>

#include <map>

#include "test/e2e/shared_gate.hpp"

namespace gatehouse::test {
namespace {

class GateRequire : public SharedGate<GateRequire> {
 protected:
  static void SetUpTestSuite() {
    start(R"(
      map $gatehouse_claim_role $is_admin { admin 1; default 0; }
      map $request_method:$gatehouse_status $may_read { "GET:anonymous" 1; "~:ok$" 1; }
      gatehouse_header X-Admin $is_admin;
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        add_header X-Subject $gatehouse_subject always;
        location / { gatehouse "app"; proxy_pass http://echo; }
        location /admin/ { gatehouse "app"; gatehouse_require $is_admin; proxy_pass http://echo;
          location /admin/nested/ { proxy_pass http://echo; }
          location /admin/free/ { gatehouse_require 1; proxy_pass http://echo; } }
        location /strong/ { gatehouse "app"; gatehouse_require $gatehouse_claim_mfa error=401; proxy_pass http://echo; }
        location /both/ { gatehouse "app"; gatehouse_require $is_admin $gatehouse_claim_mfa; proxy_pass http://echo; }
        location /series/ { gatehouse "app"; gatehouse_require $gatehouse_claim_mfa error=401; gatehouse_require $is_admin; proxy_pass http://echo; }
        location /any/ { satisfy any; deny all; gatehouse "app"; gatehouse_require $is_admin; proxy_pass http://echo; }
        location /read/ { gatehouse "app" optional; gatehouse_require $may_read; proxy_pass http://echo; }

        location /id/ { gatehouse "app"; gatehouse_header X-One $request_id; proxy_set_header X-Two $request_id; proxy_pass http://echo; }
        location /first/ { gatehouse "first"; gatehouse_token cookie=first; gatehouse_require $is_admin; rewrite ^ /second/ last; }
        location /second/ { gatehouse "second"; gatehouse_token cookie=second; gatehouse_require $is_admin; proxy_pass http://echo; }
        location /third/ { gatehouse "first"; gatehouse_token cookie=first; gatehouse_require $is_admin; rewrite ^ /fourth/ last; }
        location /fourth/ { gatehouse "second"; gatehouse_token cookie=second; proxy_pass http://echo; }
      }
    )",
          "/");
  }

  static HttpResponse get(const std::string& path, const std::map<std::string, std::string>& claims) {
    return gate_->nginx().get(path, {gate_->tokens().bearer(claims)});
  }

  static inline const std::map<std::string, std::string> kAdmin{{"role", R"("admin")"}};
  static inline const std::map<std::string, std::string> kStrong{{"role", R"("admin")"}, {"mfa", "true"}};
};

TEST_F(GateRequire, AnEmptyValueOrAZeroIsRefused) {
  const HttpResponse refused = get("/admin/", {{"role", R"("user")"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "not_allowed");
  EXPECT_EQ(refused.header("X-Subject"), "") << "who is refused has no identity here";
  EXPECT_EQ(get("/admin/", {}).status, 403);
  EXPECT_EQ(get("/admin/", kAdmin).status, 200);
  EXPECT_EQ(get("/admin/nested/", {}).status, 403);
  EXPECT_EQ(get("/admin/free/", {}).status, 200);
  EXPECT_EQ(gate_->nginx().get("/admin/").status, 401);
}

TEST_F(GateRequire, EachValueMustHold) {
  EXPECT_EQ(get("/both/", kAdmin).status, 403);
  EXPECT_EQ(get("/both/", {{"mfa", "true"}}).status, 403);
  EXPECT_EQ(get("/both/", {{"role", R"("admin")"}, {"mfa", R"("0")"}}).status, 403);
  EXPECT_EQ(get("/both/", kStrong).status, 200);
}

TEST_F(GateRequire, WithError401AnotherLoginIsAskedFor) {
  const HttpResponse refused = get("/strong/", {});
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(code_of(refused), "login_required");
  EXPECT_NE(refused.header("WWW-Authenticate").find(R"(error="insufficient_user_authentication")"),
            std::string::npos);
  EXPECT_EQ(get("/series/", {}).status, 401);
  EXPECT_EQ(get("/series/", {{"mfa", "true"}}).status, 403);
  EXPECT_EQ(get("/series/", kStrong).status, 200);
}

TEST_F(GateRequire, HoldsUnderSatisfyAnyAndForTheAnonymous) {
  EXPECT_EQ(get("/any/", {}).status, 403);
  EXPECT_EQ(get("/any/", kAdmin).status, 200);
  EXPECT_EQ(gate_->nginx().get("/read/").status, 200);
  HttpRequest post = gate_->nginx().request("/read/");
  post.method = "POST";
  EXPECT_EQ(post.send().status, 403);
  post.headers = {gate_->tokens().bearer()};
  EXPECT_EQ(post.send().status, 200);
}

TEST_F(GateRequire, WhatAMapMadeOfOneTokenDecidesNothingForAnother) {
  const std::string admin = gate_->tokens().token(kAdmin);
  const std::string user = gate_->tokens().token({{"sub", R"("user-2")"}});
  EXPECT_EQ(gate_->nginx().get("/first/", {"Cookie: first=" + admin + "; second=" + admin}).status, 200);
  EXPECT_EQ(gate_->nginx().get("/first/", {"Cookie: first=" + admin + "; second=" + user}).status, 403);
  const HttpResponse page = gate_->nginx().get("/third/", {"Cookie: first=" + admin + "; second=" + user});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("X-Admin: 0"), std::string::npos) << page.body;
}

TEST_F(GateRequire, NginxsOwnVariablesStayAsTheyAre) {
  const std::string page = get("/id/", {}).body;
  const auto id_of = [&](const std::string& name) {
    const std::size_t at = page.find(name);
    return at == page.npos ? name : page.substr(at + name.size(), 32);
  };
  EXPECT_EQ(id_of("X-One: "), id_of("X-Two: ")) << page;
}

}  // namespace
}  // namespace gatehouse::test
