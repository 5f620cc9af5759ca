// Forged tokens, each after the good one that it was made from is in the cache of every worker.

#include <gtest/gtest.h>

#include <random>

#include "base/crypto.hpp"
#include "jose/base64url.hpp"
#include "jose/sign.hpp"
#include "test/e2e/shared_gate.hpp"
#include "test/jose/tokens.hpp"

namespace gatehouse::test {
namespace {

using jose::base64url_encode;

struct Answer {
  std::string status;   // of $gatehouse_status
  std::string subject;  // of $gatehouse_subject

  bool operator==(const Answer&) const = default;
};

// What gtest shows.
void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.status << " for \"" << answer.subject << '"';
}

std::string value_of(const std::string& head, const std::string& header) {
  const std::size_t at = head.find("\r\n" + header + ": ");
  if (at == head.npos) return "";
  const std::size_t begin = at + header.size() + 4;
  return head.substr(begin, head.find('\r', begin) - begin);
}

class GateForgeries : public SharedGate<GateForgeries> {
 protected:
  static void SetUpTestSuite() {
    start(R"(
      large_client_header_buffers 4 80k;
      server {
        listen unix:@SOCKET@;
        add_header X-Status $gatehouse_status always;
        add_header X-Subject $gatehouse_subject always;
        location /app/ { gatehouse "app"; empty_gif; }
      }
    )");
  }

  GateForgeries() {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(gate_->status("/app/", "Authorization: Bearer " + good_), 200);
  }

  // The answers to requests with these values of Authorization ("" for none), all on one connection.
  static std::vector<Answer> ask(const std::vector<std::string>& authorizations) {
    std::string requests;
    for (std::size_t i = 0; i < authorizations.size(); ++i) {
      requests += "GET /app/ HTTP/1.1\r\nHost: x\r\n";
      if (!authorizations[i].empty()) requests += "Authorization: " + authorizations[i] + "\r\n";
      if (i + 1 == authorizations.size()) requests += "Connection: close\r\n";
      requests += "\r\n";
    }
    const std::string text = gate_->nginx().exchange(requests, 10'000);
    std::vector<Answer> answers;
    for (std::size_t at = text.find("HTTP/1.1 "); at != text.npos;) {
      const std::size_t end = text.find("\r\n\r\n", at);
      const std::string head = text.substr(at, end - at);
      answers.push_back({value_of(head, "X-Status"), value_of(head, "X-Subject")});
      at = text.find("HTTP/1.1 ", end);
    }
    return answers;
  }
  static void expect_all_refused(const std::vector<std::string>& tokens) {
    std::vector<std::string> batch;
    for (const std::string& token : tokens) {
      batch.push_back("Bearer " + token);
      if (batch.size() < 40 && &token != &tokens.back()) continue;
      const std::vector<Answer> answers = ask(batch);
      ASSERT_EQ(answers.size(), batch.size());
      for (std::size_t i = 0; i < answers.size(); ++i) {
        EXPECT_NE(answers[i].status, "ok") << batch[i];
        EXPECT_EQ(answers[i].subject, "") << batch[i];
      }
      batch.clear();
    }
  }
  std::string with_header(const std::string& header) const {
    const std::string input = base64url_encode(header) + payload_;
    return input + '.' + base64url_encode(gate_->tokens().key().sign(input));
  }

  const std::string good_ = gate_->tokens().token();
  const std::string payload_ =
      good_.substr(good_.find('.'), good_.rfind('.') - good_.find('.'));  // with the dot in front
  const std::string signature_ = good_.substr(good_.rfind('.'));          // also
  const std::string kid_ = gate_->tokens().key().public_key().kid();
};

TEST_F(GateForgeries, EveryOtherCharacterAtEveryPlaceIsRefused) {
  std::vector<std::string> altered;
  for (std::size_t i = 0; i < good_.size(); ++i) {
    for (const char c : {'A', '_', '.', '='}) {
      if (good_[i] == c) continue;
      altered.push_back(good_);
      altered.back()[i] = c;
    }
  }
  expect_all_refused(altered);
}

TEST_F(GateForgeries, AlgorithmsThatAreNotTheKeysAreRefused) {
  std::vector<std::string> forged;
  for (const std::string alg :
       {"none", "None", "NONE", "nOnE", "", "null", "eddsa", "ES256", "RS256", "PS256"}) {
    const std::string header = R"({"alg":")" + alg + R"(","typ":"at+jwt","kid":")" + kid_ + "\"}";
    for (const std::string& signature : {std::string("."), signature_})
      forged.push_back(base64url_encode(header) + payload_ + signature);
    forged.push_back(with_header(header));
  }
  for (const std::string alg : {"HS256", "HS384", "HS512"}) {
    std::vector<std::string> secrets = jose::forms_of(gate_->tokens().key().public_key());
    secrets.emplace_back();
    for (const std::string& secret : secrets) {
      const std::string input =
          base64url_encode(R"({"alg":")" + alg + R"(","typ":"at+jwt","kid":")" + kid_ + "\"}") + payload_;
      forged.push_back(input + '.' + base64url_encode(hmac_sha256(secret, input)));
    }
  }
  expect_all_refused(forged);
}

TEST_F(GateForgeries, HeadersThatPointElsewhereChooseNoKey) {
  const TokenMaker own;
  std::vector<std::string> forged;
  for (const std::string& extra :
       {R"("jwk":)" + own.key().public_key().jwk(), std::string(R"("jku":"http://127.0.0.1/k")"),
        std::string(R"("x5u":"http://127.0.0.1/k")"), std::string(R"("x5c":["AAAA"])")}) {
    const std::string header = R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + kid_ + "\"," + extra + "}";
    const std::string input = base64url_encode(header) + payload_;
    forged.push_back(input + '.' + base64url_encode(own.key().sign(input)));
  }
  for (const std::string extra : {R"("crit":["exp"],"exp":1)", R"("crit":[])", R"("b64":false)",
                                  R"("crit":["b64"],"b64":false)", R"("zip":"DEF")", R"("enc":"A256GCM")"})
    forged.push_back(with_header(R"({"alg":"EdDSA","typ":"at+jwt",)" + extra + "}"));
  for (const std::string& kid :
       {std::string("../../../../dev/null"), std::string("' OR 1=1 --"), kid_ + "\\u0000",
        std::string("/etc/passwd"), std::string(300, 'a'), std::string(40'000, 'a')})
    forged.push_back(with_header(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + kid + "\"}"));
  expect_all_refused(forged);
}

TEST_F(GateForgeries, TokensOfAnotherKindAreRefused) {
  std::vector<std::string> others;
  for (const char* type : {"JWT", "", "refresh+jwt", "dpop+jwt", "at+jwt2"})
    others.push_back(gate_->tokens().token({}, type));
  // As the daemon's refresh tokens and the codes of its mails look.
  others.push_back(base64url_encode(std::string(1 + 4 + 16 + 8 + 32, '\x01')));
  others.insert(others.end(), {"123456", "0190b6a0-7d0e-7c3a-8a5e-000000000001"});
  expect_all_refused(others);
}

TEST_F(GateForgeries, SegmentsOfAnyLengthAreRefused) {
  for (std::size_t size = 0; size <= 64 * 1024; size = size * 2 + 1) {
    const std::string filling(size, 'A');
    for (const std::string& token :
         {good_.substr(0, good_.rfind('.') + 1) + filling, filling + payload_ + signature_,
          good_.substr(0, good_.find('.') + 1) + filling + signature_, good_ + filling + 'A', filling + ".."})
      expect_all_refused({token});
  }
  expect_all_refused({".", "..", "...", "e30.e30.e30", good_ + ".", good_ + good_, '.' + good_, good_ + "="});
}

TEST_F(GateForgeries, OddAuthorizationsAreRefused) {
  for (const std::string& odd : std::vector<std::string>{
           good_, "Bearer", "Bearer " + good_ + ' ' + good_, "Bearer " + good_ + ",Bearer " + good_,
           "Bearer=" + good_, "Bearer:" + good_, "Bearer\t" + good_, "Bearer \"" + good_ + '"',
           "Bearer " + good_ + ';', "BearerBearer " + good_, "Basic " + good_, "DPoP " + good_,
           "Token " + good_, "Bearer, " + good_, "Bearer Bearer " + good_, "Bearer %20" + good_,
           "\"Bearer\" " + good_}) {
    const std::vector<Answer> answers = ask({odd});
    ASSERT_EQ(answers.size(), 1U) << odd;
    EXPECT_NE(answers[0].status, "ok") << odd;
    EXPECT_EQ(answers[0].subject, "") << odd;
  }
}

TEST_F(GateForgeries, ClaimsNeverLeakBetweenGoodAndForgedTokensOfAConnection) {
  constexpr std::size_t kRequests = 10'000;
  constexpr std::size_t kConnection = 50;
  struct Case {
    std::string authorization;
    Answer expected;
  };
  std::vector<Case> cases{{"", {"no_token", ""}}};
  for (int user = 0; user < 40; ++user) {
    const std::string subject = "user-" + std::to_string(user);
    const std::string token = gate_->tokens().token({{"sub", '"' + subject + '"'}});
    cases.push_back({"Bearer " + token, {"ok", subject}});
    std::string forged = token;
    char& altered = forged[forged.rfind('.') + 20];
    altered = altered == 'A' ? 'B' : 'A';
    cases.push_back({"Bearer " + forged, {"bad_signature", ""}});
    // The claims of one user over the signature of another.
    const std::string other = gate_->tokens().token({{"sub", R"("user-0")"}});
    if (user != 0)
      cases.push_back({"Bearer " + token.substr(0, token.rfind('.')) + other.substr(other.rfind('.')),
                       {"bad_signature", ""}});
  }
  std::mt19937 random(7);
  for (std::size_t asked = 0; asked < kRequests; asked += kConnection) {
    std::vector<std::string> authorizations;
    std::vector<Answer> expected;
    for (std::size_t i = 0; i < kConnection; ++i) {
      const Case& chosen = cases[random() % cases.size()];
      authorizations.push_back(chosen.authorization);
      expected.push_back(chosen.expected);
    }
    ASSERT_EQ(ask(authorizations), expected) << "requests from " << asked;
  }
}

}  // namespace
}  // namespace gatehouse::test
