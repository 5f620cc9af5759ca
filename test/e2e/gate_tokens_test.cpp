// Which tokens the gate lets through, and what it answers to the others.

#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "jose/base64url.hpp"
#include "jose/sign.hpp"
#include "test/e2e/shared_gate.hpp"

namespace gatehouse::test {
namespace {

class GateTokens : public SharedGate<GateTokens> {
 protected:
  static void SetUpTestSuite() {
    start(R"(
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        add_header X-Subject $gatehouse_subject always;
        add_header X-Session $gatehouse_session always;
        add_header X-Device $gatehouse_device always;
        add_header X-Plan $gatehouse_claim_plan always;
        add_header X-Claims $gatehouse_claims always;
        location / { root @DIR@; }
        location /app/ { gatehouse "the \"app\""; proxy_pass http://echo; }
        location /pages/ { gatehouse "pages"; error_page 401 /login; proxy_pass http://echo; }
        location = /login { return 302 /login.html; }
        location /forms/ { gatehouse "forms"; error_page 401 /form; proxy_pass http://echo; }
        location = /form { default_type text/html; return 200 "log in here"; }
        location /again/ { gatehouse "again"; error_page 401 /app/; proxy_pass http://echo; }
      }
    )");
  }

  static HttpResponse get(const std::vector<std::string>& headers) {
    return SharedGate::get("/app/", headers);
  }
  void expect_refused(const std::string& token, const std::string& code) {
    const HttpResponse response = get({"Authorization: Bearer " + token});
    EXPECT_EQ(response.status, 401) << code;
    EXPECT_EQ(code_of(response), code);
    EXPECT_EQ(response.header("X-Status"), code);
    EXPECT_EQ(response.header("X-Subject"), "") << code;
    EXPECT_EQ(
        response.header("WWW-Authenticate").find(R"(Bearer realm="the \"app\"", error="invalid_token")"), 0U)
        << response.header("WWW-Authenticate");
  }
  void expect_refused_with(const std::string& claim, const std::string& value, const std::string& code) {
    expect_refused(gate_->tokens().token({{claim, value}}), code);
  }
};

TEST_F(GateTokens, AGoodTokenPassesAndItsClaimsAreVariables) {
  const HttpResponse response = get({gate_->tokens().bearer({{"plan", R"("gold")"}})});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("X-Status"), "ok");
  EXPECT_EQ(response.header("X-Subject"), "user-1");
  EXPECT_EQ(response.header("X-Session"), "session-1");
  EXPECT_EQ(response.header("X-Device"), "device-1");
  EXPECT_EQ(response.header("X-Plan"), "gold");
  EXPECT_EQ(nlohmann::json::parse(response.header("X-Claims")).value("sub", ""), "user-1");
  for (const std::string scheme : {"bearer", "BEARER", "Bearer "})
    EXPECT_EQ(get({"Authorization: " + scheme + " " + gate_->tokens().token()}).status, 200) << scheme;
}

TEST_F(GateTokens, NoTokenIsAskedForOneWithoutAnError) {
  for (const std::vector<std::string>& headers :
       std::vector<std::vector<std::string>>{{}, {"Authorization: Basic YTpi"}}) {
    const HttpResponse response = get(headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.header("WWW-Authenticate"), R"(Bearer realm="the \"app\"")");
    EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
    const nlohmann::json problem = nlohmann::json::parse(response.body);
    EXPECT_EQ(problem.value("status", 0), 401);
    EXPECT_EQ(problem.value("code", ""), "no_token");
    EXPECT_EQ(problem.value("request_id", "").size(), 32U);
  }
}

TEST_F(GateTokens, TamperedTokensAreRefused) {
  const std::string token = gate_->tokens().token();
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  std::string payload = token;
  payload[first + 10] = payload[first + 10] == 'A' ? 'B' : 'A';
  expect_refused(payload, "bad_signature");
  std::string signature = token;
  signature[second + 10] = signature[second + 10] == 'A' ? 'B' : 'A';
  expect_refused(signature, "bad_signature");
  expect_refused(token.substr(0, second + 1), "bad_signature");
  expect_refused(token.substr(0, second), "malformed_token");
  expect_refused(token + ".x", "malformed_token");
  expect_refused("x", "malformed_token");
  expect_refused(jose::base64url_encode(R"({"alg":"none"})") + token.substr(first, second - first + 1),
                 "unsupported_algorithm");
  expect_refused(TokenMaker().token(), "unknown_key");
  expect_refused(TokenMaker(jose::Algorithm::kES256).token(), "unsupported_algorithm");
}

TEST_F(GateTokens, ClaimsAreChecked) {
  const std::string now = std::to_string(std::time(nullptr));
  expect_refused_with("iss", R"("https://other.example.com")", "wrong_issuer");
  expect_refused_with("aud", R"("somebody")", "wrong_audience");
  expect_refused_with("exp", std::to_string(std::time(nullptr) - 60), "expired");
  expect_refused_with("nbf", std::to_string(std::time(nullptr) + 60), "not_yet_valid");
  expect_refused_with("exp", '"' + now + '"', "bad_claims");
  for (const char* claim : {"exp", "iat", "sub", "sid", "did", "iss", "aud"})
    expect_refused_with(claim, "null", "missing_claim");
  expect_refused(jose::sign_compact(gate_->tokens().key(), "JWT", "{}"), "bad_type");
  EXPECT_EQ(get({gate_->tokens().bearer({{"aud", R"(["x","other"])"}})}).status, 200);
}

TEST_F(GateTokens, AMalformedAuthorizationIsABadRequest) {
  for (const std::string value :
       {"Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer a\tb"}) {
    const HttpResponse response = get({"Authorization: " + value});
    EXPECT_EQ(response.status, 400) << value;
    EXPECT_EQ(code_of(response), "malformed_authorization") << value;
  }
  EXPECT_EQ(get({gate_->tokens().bearer(), gate_->tokens().bearer()}).status, 400) << "two of them";
}

TEST_F(GateTokens, AnErrorPageTakesOverTheAnswer) {
  const HttpResponse response = gate_->nginx().get("/pages/");
  EXPECT_EQ(response.status, 302);
  EXPECT_NE(response.header("Location").find("/login.html"), std::string::npos);
  EXPECT_EQ(response.header("X-Status"), "no_token");
}

TEST_F(GateTokens, AnErrorPageIsServedWithStatusAndChallenge) {
  const HttpResponse response = gate_->nginx().get("/forms/");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, "log in here");
  EXPECT_EQ(response.header("WWW-Authenticate"), R"(Bearer realm="forms")");
  EXPECT_EQ(response.header("X-Status"), "no_token");
}

TEST_F(GateTokens, AnErrorPageThatIsProtectedItselfIsRefusedOnce) {
  const HttpResponse response = gate_->nginx().get("/again/");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(code_of(response), "no_token");
  EXPECT_EQ(response.header("WWW-Authenticate"), R"(Bearer realm="the \"app\"")");
  EXPECT_EQ(response.headers.find("WWW-Authenticate"), response.headers.rfind("WWW-Authenticate"));
}

TEST_F(GateTokens, HeadHasTheHeadersWithoutTheBody) {
  HttpRequest head = gate_->nginx().request("/app/");
  head.method = "HEAD";
  const HttpResponse response = head.send();
  EXPECT_EQ(response.status, 401) << response.error;
  EXPECT_EQ(response.body, "");
  EXPECT_NE(response.header("WWW-Authenticate"), "");
}

TEST_F(GateTokens, ARefusedBodyDoesNotSpoilTheConnection) {
  const std::string refused = "POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  const std::string passed =
      "GET /app/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + gate_->tokens().bearer() + "\r\n\r\n";
  const std::string answers = gate_->nginx().exchange(refused + passed);
  EXPECT_EQ(answers.find("HTTP/1.1 401"), 0U) << answers;
  EXPECT_NE(answers.find("HTTP/1.1 200"), std::string::npos) << answers;
}

TEST_F(GateTokens, ClaimsNeverLeakIntoTheNextRequestOfAConnection) {
  std::string requests;
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    const std::string last = i == kRounds - 1 ? "Connection: close\r\n" : "";
    requests += "GET /app/ HTTP/1.1\r\nHost: x\r\n" +
                gate_->tokens().bearer({{"sub", '"' + std::to_string(i) + "-good\""}}) +
                "\r\n\r\nGET /app/ HTTP/1.1\r\nHost: x\r\n" + last + "\r\n";
  }
  const std::string answers = gate_->nginx().exchange(requests, 10'000);
  std::size_t at = 0;
  for (int i = 0; i < kRounds; ++i) {
    at = answers.find("X-Subject: " + std::to_string(i) + "-good", at);
    ASSERT_NE(at, std::string::npos) << i;
    at = answers.find("HTTP/1.1 401", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  std::size_t subjects = 0;
  for (std::size_t from = 0; (from = answers.find("X-Subject: ", from)) != std::string::npos; ++from)
    ++subjects;
  EXPECT_EQ(subjects, static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace gatehouse::test
