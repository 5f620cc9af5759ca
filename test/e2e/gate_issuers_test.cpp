// Several issuers: which of them a location accepts, and what each says about its tokens.

#include <gtest/gtest.h>

#include <ctime>

#include "test/e2e/shared_gate.hpp"

namespace gatehouse::test {
namespace {

class GateIssuers : public SharedGate<GateIssuers> {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<TempDir>();
    es256_ = std::make_unique<TokenMaker>(jose::Algorithm::kES256);
    rs256_ = std::make_unique<TokenMaker>(jose::Algorithm::kRS256);
    write_file(*files_ / "es256.json", es256_->jwks());
    write_file(*files_ / "rs256.json", rs256_->jwks());
    start(
        "gatehouse_issuer partner { issuer https://partner.example.com; audience app; algorithms ES256;\n"
        "  type JWT; session_claim off; device_claim off; subject_claim user; blocks on partner-;\n"
        "  max_age 60s; jwks " +
        (*files_ / "es256.json") +
        "; }\n"
        "gatehouse_issuer robots { issuer https://robots.example.com; audience app;\n"
        "  algorithms RS256 PS256; type any; blocks off; jwks " +
        (*files_ / "rs256.json") + "; }\n" + R"(
      gatehouse_claim $city address city;
      gatehouse_claim $groups "https://example.com/groups";
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        add_header X-Subject $gatehouse_subject always;
        add_header X-City $city always;
        add_header X-Groups $groups always;
        gatehouse "app";
        location /app/ { proxy_pass http://echo; }
        location /main/ { gatehouse_use main; proxy_pass http://echo; }
        location /others/ { gatehouse_use partner robots; proxy_pass http://echo;
          location /others/robots/ { gatehouse_use robots; proxy_pass http://echo; }
          location /others/same/ { proxy_pass http://echo; } }
      }
    )");
  }
  static void TearDownTestSuite() {
    SharedGate::TearDownTestSuite();
    files_.reset();
    es256_.reset();
    rs256_.reset();
  }

  static std::string partner(const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> claims{{"iss", R"("https://partner.example.com")"},
                                              {"user", R"("user-1")"},
                                              {"sid", "null"},
                                              {"did", "null"}};
    for (const auto& [name, value] : more) claims[name] = value;
    return es256_->bearer(claims, "JWT");
  }
  static std::string robot() { return rs256_->bearer({{"iss", R"("https://robots.example.com")"}}, "JWT"); }
  static std::string main() { return gate_->tokens().bearer(); }

  std::string verdict(const std::string& path, const std::string& bearer) {
    const HttpResponse response = gate_->nginx().get(path, {bearer});
    EXPECT_EQ(response.header("X-Subject").empty(), response.status != 200);
    return response.header("X-Status");
  }

  static inline std::unique_ptr<TokenMaker> es256_;
  static inline std::unique_ptr<TokenMaker> rs256_;
  static inline std::unique_ptr<TempDir> files_;
};

TEST_F(GateIssuers, AreAllAcceptedUnlessALocationNamesSome) {
  for (const std::string& bearer : {main(), partner(), robot()}) EXPECT_EQ(verdict("/app/", bearer), "ok");
}

TEST_F(GateIssuers, ThatALocationDoesNotNameAreRefusedAlsoWithACachedToken) {
  const std::string own = main();
  const std::string theirs = partner();
  for (int i = 0; i < 10; ++i) {
    for (const std::string& bearer : {own, theirs}) ASSERT_EQ(verdict("/app/", bearer), "ok");
    EXPECT_EQ(verdict("/main/", own), "ok");
    for (const char* path : {"/others/", "/others/same/", "/others/robots/"})
      EXPECT_EQ(verdict(path, own), "unsupported_algorithm") << path;
    EXPECT_EQ(verdict("/main/", theirs), "unsupported_algorithm");
    EXPECT_EQ(verdict("/others/", theirs), "ok");
    EXPECT_EQ(verdict("/others/same/", theirs), "ok");
    EXPECT_EQ(verdict("/others/robots/", theirs), "unsupported_algorithm");
  }
  EXPECT_EQ(verdict("/others/robots/", robot()), "ok");
}

TEST_F(GateIssuers, CannotSpeakForEachOther) {
  EXPECT_EQ(verdict("/app/", es256_->bearer({{"user", R"("user-1")"}}, "JWT")), "wrong_issuer");
  EXPECT_EQ(verdict("/app/", partner({{"iss", R"("https://robots.example.com")"}})), "wrong_issuer");
}

TEST_F(GateIssuers, HaveClaimNamesAndBlocksOfTheirOwn) {
  const std::string bearer = partner({{"user", R"("user-7")"}});
  ASSERT_EQ(verdict("/app/", bearer), "ok");
  EXPECT_EQ(gate_->nginx().get("/app/", {bearer}).header("X-Subject"), "user-7");
  gate_->block("user:user-7");
  gate_->block("user:partner-user-7");
  EXPECT_TRUE(gate_->becomes(403, "/app/", bearer));
  EXPECT_EQ(verdict("/app/", bearer), "user_blocked");
  gate_->unblock("user:partner-user-7");
  EXPECT_TRUE(gate_->becomes(200, "/app/", bearer)) << "user-7 of the main issuer is somebody else";
  gate_->unblock("user:user-7");
}

TEST_F(GateIssuers, WithoutBlocksAreNotBlocked) {
  gate_->block("user:user-1");
  EXPECT_TRUE(gate_->becomes(403, "/main/"));
  EXPECT_EQ(verdict("/app/", robot()), "ok");
  gate_->unblock("user:user-1");
  EXPECT_TRUE(gate_->becomes(200, "/main/"));
}

TEST_F(GateIssuers, MayRefuseTokensThatAreTooOld) {
  const std::int64_t now = std::time(nullptr);
  EXPECT_EQ(verdict("/app/", partner({{"iat", std::to_string(now - 50)}})), "ok");
  EXPECT_EQ(verdict("/app/", partner({{"iat", std::to_string(now - 90)}})), "too_old");
}

TEST_F(GateIssuers, NestedClaimsAreVariables) {
  const HttpResponse response = gate_->nginx().get(
      "/app/",
      {partner({{"address", R"({"city":"Oslo","zip":1})"}, {"https://example.com/groups", R"(["a","b"])"}})});
  EXPECT_EQ(response.header("X-City"), "Oslo");
  EXPECT_EQ(response.header("X-Groups"), R"(["a","b"])");
  EXPECT_EQ(gate_->nginx().get("/app/", {partner()}).header("X-City"), "");
  EXPECT_EQ(gate_->nginx().get("/app/", {partner({{"address", R"("Oslo")"}})}).header("X-City"), "");
}

}  // namespace
}  // namespace gatehouse::test
