// The ways round a check that stands in nginx's access phase alone. None of them may be open.

#include <gtest/gtest.h>

#include <filesystem>

#include "test/e2e/shared_gate.hpp"

namespace gatehouse::test {
namespace {

class GatePhases : public SharedGate<GatePhases> {
 protected:
  static void SetUpTestSuite() {
    write_pages();
    start(R"(
      server {
        listen unix:@SOCKET@;
        root )" +
          pages_->path() +
          R"(;
        location /app/ { gatehouse "app"; proxy_pass http://echo; }
        location /public/ { proxy_pass http://echo; }

        location = /return { gatehouse "app"; return 200 "secret"; }
        location /rewritten/ { gatehouse "app"; rewrite ^ /public/ last; }
        location /break/ { gatehouse "app"; rewrite ^/break/(.*) /$1 break; root )" +
          pages_->path() + R"(; }
        location /if/ { gatehouse "app"; if ($arg_open) { gatehouse off; } proxy_pass http://echo; }
        location /ifon/ { if ($arg_closed) { gatehouse "app"; } proxy_pass http://echo; }
        location /try/ { gatehouse "app"; try_files /secret.txt =404; }
        location /tryout/ { gatehouse "app"; try_files /none /public/; }
        location /tryin/ { try_files /none /app/; }
        location /named/ { gatehouse "app"; error_page 418 = @secret; return 418; }
        location /tonamed/ { try_files /none @guarded; }
        location @secret { return 200 "secret"; }
        location @guarded { gatehouse "app"; proxy_pass http://echo; }
        location /into/ { rewrite ^ /app/ last; }
        location /limited/ { limit_except GET { gatehouse "app"; } proxy_pass http://echo; }
        location /ssi/ { ssi on; }
        location /after/ { add_after_body /app/; alias )" +
          pages_->path() + R"(/; }
        location /asked/ { auth_request /app/; proxy_pass http://echo; }
        location /mirrored/ { mirror /app/; proxy_pass http://echo; }
        location /any/ { satisfy any; allow all; deny all; gatehouse "app"; proxy_pass http://echo; }
        location /anydeny/ { satisfy any; deny all; gatehouse "app"; proxy_pass http://echo; }
        location /anyalone/ { satisfy any; gatehouse "app"; proxy_pass http://echo; }
        location /anyheader/ { satisfy any; allow all; gatehouse "app";
          gatehouse_header X-Name $gatehouse_claim_name; proxy_pass http://echo; }
        location /all/ { satisfy all; deny all; gatehouse "app"; proxy_pass http://echo; }
        location /outer/ { gatehouse "app"; proxy_pass http://echo; location /outer/off/ { gatehouse off; proxy_pass http://echo; } }
        location /index/ { gatehouse "app"; index secret.txt; alias )" +
          pages_->path() + R"(/; }
      }
    )");
  }
  static void TearDownTestSuite() {
    SharedGate::TearDownTestSuite();
    pages_.reset();
  }
  static void write_pages() {
    pages_ = std::make_unique<TempDir>();
    write_file(*pages_ / "secret.txt", "secret");
    std::filesystem::create_directory(*pages_ / "ssi");
    write_file(*pages_ / "ssi/if.html", R"([<!--#include virtual="/ifon/?closed=1" -->])");
    write_file(*pages_ / "ssi/page.html",
               R"([<!--#include virtual="/return" -->][<!--#include virtual="/app/" -->])");
    std::filesystem::create_directory(*pages_ / "after");
    write_file(*pages_ / "page.html", "page");
  }

  static long without(const std::string& path) { return gate_->nginx().get(path).status; }
  static long with(const std::string& path) { return gate_->status(path); }
  static std::string body_without(const std::string& path) { return gate_->nginx().get(path).body; }

  static std::unique_ptr<TempDir> pages_;
};

std::unique_ptr<TempDir> GatePhases::pages_;

TEST_F(GatePhases, DirectivesOfTheRewritePhaseComeAfterTheCheck) {
  for (const char* path : {"/return", "/rewritten/", "/break/secret.txt", "/named/"}) {
    EXPECT_EQ(without(path), 401) << path;
    EXPECT_EQ(with(path), 200) << path;
  }
  EXPECT_EQ(without("/if/?open=1"), 401);
  EXPECT_EQ(with("/if/?open=1"), 200);
  EXPECT_EQ(without("/ifon/"), 200);
  EXPECT_EQ(without("/ifon/?closed=1"), 401);
  EXPECT_EQ(with("/ifon/?closed=1"), 200);
}

TEST_F(GatePhases, InternalRedirectsAreCheckedWhereTheyStartAndWhereTheyLead) {
  for (const char* path : {"/try/", "/tryout/", "/tryin/", "/tonamed/", "/into/", "/index/"}) {
    EXPECT_EQ(without(path), 401) << path;
    EXPECT_EQ(with(path), 200) << path;
  }
}

TEST_F(GatePhases, LimitExceptProtectsTheOtherMethods) {
  EXPECT_EQ(without("/limited/"), 200);
  HttpRequest post = gate_->nginx().request("/limited/");
  post.method = "POST";
  EXPECT_EQ(post.send().status, 401);
  post.headers = {gate_->tokens().bearer()};
  EXPECT_EQ(post.send().status, 200);
}

TEST_F(GatePhases, SubrequestsAreChecked) {
  EXPECT_EQ(body_without("/ssi/page.html").find("secret"), std::string::npos);
  EXPECT_NE(gate_->nginx().get("/ssi/page.html", {gate_->tokens().bearer()}).body.find("secret"),
            std::string::npos);
  EXPECT_EQ(body_without("/ssi/if.html").find("GET /ifon/"), std::string::npos);
  EXPECT_NE(gate_->nginx().get("/ssi/if.html", {gate_->tokens().bearer()}).body.find("GET /ifon/"),
            std::string::npos);
  EXPECT_EQ(body_without("/after/page.html").find("X-"), std::string::npos);
  EXPECT_EQ(without("/asked/"), 401);
  EXPECT_EQ(with("/asked/"), 200);
  EXPECT_EQ(without("/mirrored/"), 200);
}

TEST_F(GatePhases, SatisfyIsHonoured) {
  EXPECT_EQ(without("/any/"), 200) << "the address suffices, by design";
  EXPECT_EQ(without("/anydeny/"), 401);
  EXPECT_EQ(with("/anydeny/"), 200);
  EXPECT_EQ(with("/all/"), 403);
  EXPECT_EQ(without("/all/"), 401);
}

TEST_F(GatePhases, SatisfyAnyWeighsEveryRefusal) {
  const auto malformed = [](const std::string& path) {
    return gate_->nginx().get(path, {"Authorization: Bearer"}).status;
  };
  EXPECT_EQ(malformed("/anyalone/"), 400);
  EXPECT_EQ(malformed("/anydeny/"), 403);
  EXPECT_EQ(malformed("/any/"), 200) << "the address suffices, by design";
}

// An allowed address is let in as nobody in particular, not as somebody whose name cannot be told.
TEST_F(GatePhases, SatisfyAnyDoesNotExcuseAnIdentityThatCannotBeSet) {
  const auto named = [](const std::string& name) {
    return gate_->nginx().get("/anyheader/", {gate_->tokens().bearer({{"name", '"' + name + '"'}})});
  };
  EXPECT_NE(named("alice").body.find("X-Name: alice"), std::string::npos);
  const HttpResponse refused = named(R"(a\r\nX-Name: root)");
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(code_of(refused), "unsafe_header");
  EXPECT_EQ(without("/anyheader/"), 200) << "the address suffices, by design";
}

TEST(GateBeforeItsFirstSet, SatisfyAnyLetsAddressesInAndNobodyElse) {
  Gate gate;
  gate.start_unready(R"(
    server {
      listen unix:@SOCKET@;
      location /any/ { satisfy any; allow all; gatehouse "app"; proxy_pass http://echo; }
      location /anyalone/ { satisfy any; gatehouse "app"; proxy_pass http://echo; }
      location /anydeny/ { satisfy any; deny all; gatehouse "app"; proxy_pass http://echo; }
    }
  )");
  EXPECT_EQ(gate.status("/any/"), 200);
  EXPECT_EQ(gate.status("/anyalone/"), 503);
  EXPECT_EQ(gate.status("/anydeny/"), 403);
}

TEST_F(GatePhases, NestedLocationsInheritUnlessTheySayOtherwise) {
  EXPECT_EQ(without("/outer/"), 401);
  EXPECT_EQ(without("/outer/inner/"), 401);
  EXPECT_EQ(without("/outer/off/"), 200);
}

TEST_F(GatePhases, LocationsWithoutTheGateAreAsBefore) {
  EXPECT_EQ(without("/public/"), 200);
  EXPECT_EQ(gate_->nginx().get("/public/", {"Authorization: Bearer nonsense"}).status, 200);
}

}  // namespace
}  // namespace gatehouse::test
