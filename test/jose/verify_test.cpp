#include "jose/verify.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "test/jose/tokens.hpp"

namespace gatehouse::jose {
namespace {

Result<VerifiedJws, Error> verify_with(const KeySet& keys, std::string_view token) {
  json::Parser parser;
  return verify_signature(token, keys, kAllAlgorithms, parser);
}

Error error_of(const KeySet& keys, std::string_view token) {
  const auto verified = verify_with(keys, token);
  EXPECT_FALSE(verified) << "passed: " << token.substr(0, 200);
  return verified ? Error{} : verified.error();
}

TEST(Verify, AcceptsTheExampleOfRfc8037AppendixA4) {
  const auto key =
      parse_jwk(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  ASSERT_TRUE(key);
  const auto jws =
      verify_with(KeySet({*key}),
                  "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                  "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_"
                  "MuM0KAg");
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->payload(), "Example of Ed25519 signing");
}

constexpr std::string_view kJoePayload =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

TEST(Verify, AcceptsTheExampleOfRfc7515AppendixA2) {
  const auto key = parse_jwk(
      R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})");
  ASSERT_TRUE(key);
  const auto jws = verify_with(
      KeySet({*key}),
      "eyJhbGciOiJSUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
      "O8W2Fp5jujGbds9uJdbF9"
      "CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
      "eSN9383LcOL"
      "n6_dO--xi12jzDwusC-"
      "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtV"
      "rBp0igcN_IoypGlUPQGe77Rw");
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->payload(), kJoePayload);
}

TEST(Verify, AcceptsTheExampleOfRfc7515AppendixA3) {
  const auto key = parse_jwk(
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
  ASSERT_TRUE(key);
  const auto jws = verify_with(
      KeySet({*key}),
      "eyJhbGciOiJFUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->payload(), kJoePayload);
}

// RFC 7519 sections 3.1 and 6.1, which are RFC 7515 appendices A.1 and A.5.
TEST(Verify, RefusesTheExamplesWithHmacAndWithoutASignature) {
  const KeySet keys = key_set_of(PrivateKey::generate(Algorithm::kEdDSA));
  const std::string payload = base64url_encode(kJoePayload);
  EXPECT_EQ(error_of(keys, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + payload +
                               ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            Error::kUnsupportedAlgorithm);
  EXPECT_EQ(error_of(keys, "eyJhbGciOiJub25lIn0." + payload + '.'), Error::kUnsupportedAlgorithm);
}

class VerifyWithEachAlgorithm : public testing::TestWithParam<Algorithm> {
 protected:
  const PrivateKey key_ = PrivateKey::generate(GetParam());
  const KeySet keys_ = key_set_of(key_);
  const std::string token_ = sign_compact(key_, "at+jwt", R"({"sub":"alice"})");
};
INSTANTIATE_TEST_SUITE_P(Verify, VerifyWithEachAlgorithm, testing::ValuesIn(kAllAlgorithms),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(VerifyWithEachAlgorithm, AcceptsWhatTheKeySigned) {
  const auto jws = verify_with(keys_, token_);
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->payload(), R"({"sub":"alice"})");
  EXPECT_EQ(jws->header().type, "at+jwt");
  EXPECT_EQ(jws->key_thumbprint(), key_.public_key().thumbprint());
}

TEST_P(VerifyWithEachAlgorithm, RefusesEveryFlippedBit) {
  for (std::size_t i = 0; i < token_.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = token_;
      altered[i] = static_cast<char>(altered[i] ^ 1 << bit);
      EXPECT_FALSE(verify_with(keys_, altered)) << "byte " << i << ", bit " << bit;
    }
}

TEST_P(VerifyWithEachAlgorithm, RefusesEveryTruncationAndExtension) {
  for (std::size_t size = 0; size < token_.size(); ++size)
    EXPECT_FALSE(verify_with(keys_, token_.substr(0, size)));
  for (const std::string_view tail : {".", "A", "AA", "AAAA", "=", "==", " ", "\n", ".e30", ".."})
    EXPECT_FALSE(verify_with(keys_, token_ + std::string(tail))) << tail;
  EXPECT_FALSE(verify_with(keys_, ' ' + token_));
}

TEST_P(VerifyWithEachAlgorithm, RefusesAnAlgorithmThatIsNotAccepted) {
  json::Parser parser;
  const Algorithm other = GetParam() == Algorithm::kEdDSA ? Algorithm::kRS256 : Algorithm::kEdDSA;
  const auto jws = verify_signature(token_, keys_, {&other, 1}, parser);
  ASSERT_FALSE(jws);
  EXPECT_EQ(jws.error(), Error::kUnsupportedAlgorithm);
}

TEST_P(VerifyWithEachAlgorithm, RefusesTheTokenOnceTheKeyIsGone) {
  EXPECT_EQ(error_of(key_set_of(PrivateKey::generate(GetParam())), token_), Error::kUnknownKey);
}

class VerifyEdDsa : public testing::Test {
 protected:
  const PrivateKey key_ = PrivateKey::generate(Algorithm::kEdDSA);
  const KeySet keys_ = key_set_of(key_);
  const std::string kid_ = key_.public_key().kid();

  std::string signed_with(std::string_view header) const { return token_with_header(key_, header, "{}"); }
};

TEST_F(VerifyEdDsa, RefusesNoneInEverySpelling) {
  for (const std::string alg : {"none", "None", "NONE", "nOnE", "", "null", " none", "none "}) {
    const std::string header = R"({"alg":")" + alg + R"("})";
    EXPECT_EQ(error_of(keys_, base64url_encode(header) + '.' + base64url_encode("{}") + '.'),
              Error::kUnsupportedAlgorithm);
    EXPECT_EQ(error_of(keys_, signed_with(header)), Error::kUnsupportedAlgorithm);
  }
  for (const std::string header : {R"({"alg":null})", R"({"alg":["EdDSA"]})", R"({"alg":1})"})
    EXPECT_EQ(error_of(keys_, signed_with(header)), Error::kBadHeader);
  EXPECT_EQ(error_of(keys_, signed_with("{}")), Error::kUnsupportedAlgorithm);
}

TEST_F(VerifyEdDsa, RefusesHmacWithThePublicKeyAsSecret) {
  for (const std::string alg : {"HS256", "HS384", "HS512", "hs256"})
    for (const std::string& secret : forms_of(key_.public_key())) {
      const std::string input = base64url_encode(R"({"alg":")" + alg + R"(","kid":")" + kid_ + R"("})") +
                                '.' + base64url_encode("{}");
      EXPECT_EQ(error_of(keys_, input + '.' + base64url_encode(hmac_sha256(secret, input))),
                Error::kUnsupportedAlgorithm);
    }
}

TEST_F(VerifyEdDsa, RefusesAKidThatIsNotOneOfTheSet) {
  for (const std::string& kid : {std::string("../../../../dev/null"), std::string("' OR 1=1 --"),
                                 kid_ + "\\u0000", "\\u0000" + kid_, kid_ + " ", std::string("/etc/passwd")})
    EXPECT_EQ(error_of(keys_, signed_with(R"({"alg":"EdDSA","kid":")" + kid + R"("})")), Error::kUnknownKey)
        << kid;
  EXPECT_EQ(error_of(keys_, signed_with(R"({"alg":"EdDSA","kid":")" + std::string(300, 'a') + R"("})")),
            Error::kBadHeader);
  EXPECT_EQ(error_of(keys_, signed_with(R"({"alg":"EdDSA","kid":")" + std::string(65536, 'a') + R"("})")),
            Error::kMalformed);
}

TEST_F(VerifyEdDsa, RefusesExtensionsThatMustBeUnderstood) {
  for (const std::string extra : {R"("crit":["exp"],"exp":1)", R"("crit":[])", R"("crit":"b64")",
                                  R"("b64":false)", R"("b64":true)", R"("crit":["b64"],"b64":false)"})
    EXPECT_EQ(error_of(keys_, signed_with(R"({"alg":"EdDSA",)" + extra + "}")), Error::kCriticalHeader)
        << extra;
  EXPECT_EQ(error_of(keys_, signed_with(R"({"alg":"EdDSA","zip":"DEF"})")), Error::kBadHeader);
}

TEST_F(VerifyEdDsa, LetsNoTokenBringItsOwnKey) {
  const PrivateKey own = PrivateKey::generate(Algorithm::kEdDSA);
  for (const std::string& extra :
       {R"("jwk":)" + own.public_key().jwk(), std::string(R"("jku":"http://127.0.0.1/k")"),
        std::string(R"("x5u":"http://127.0.0.1/k")"), std::string(R"("x5c":["AAAA"])")}) {
    const std::string header = R"({"alg":"EdDSA","kid":")" + kid_ + R"(",)" + extra + "}";
    EXPECT_EQ(error_of(keys_, token_with_header(own, header, "{}")), Error::kBadSignature);
  }
}

TEST_F(VerifyEdDsa, RefusesHeadersThatAreNotOnePlainObject) {
  for (const std::string header :
       {"", "[]", "null", "\"EdDSA\"", "{\"alg\":\"EdDSA\"", "{\"alg\":\"EdDSA\"}{}", "{\"alg\":\"EdDSA\",}",
        "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\"}", "{\"alg\":\"none\",\"alg\":\"EdDSA\"}",
        "\xEF\xBB\xBF{\"alg\":\"EdDSA\"}", "{\"alg\":\"EdDSA\",\"typ\":1}",
        "{\"alg\":\"EdDSA\",\"x\":\"\xFF\"}"})
    EXPECT_EQ(error_of(keys_, signed_with(header)), Error::kBadHeader) << header;
}

TEST_F(VerifyEdDsa, RefusesSegmentsOfAnyLength) {
  const std::string token = signed_with(R"({"alg":"EdDSA"})");
  const std::string input = token.substr(0, token.rfind('.'));
  for (std::size_t size = 0; size <= 64 * 1024; size = size * 2 + 1) {
    EXPECT_FALSE(verify_with(keys_, input + '.' + std::string(size, 'A')));
    EXPECT_FALSE(verify_with(keys_, std::string(size, 'A') + token.substr(token.find('.'))));
  }
  for (const std::string_view text : {"", ".", "..", "...", "....", "a.b.c", "a.b", "e30.e30.e30"})
    EXPECT_FALSE(verify_with(keys_, text)) << text;
}

TEST_F(VerifyEdDsa, RefusesASignedPayloadThatIsNotCanonicalBase64url) {
  const std::string input = base64url_encode(R"({"alg":"EdDSA"})") + ".e31";  // "{}" with a trailing bit set
  EXPECT_EQ(error_of(keys_, input + '.' + base64url_encode(key_.sign(input))), Error::kMalformed);
}

TEST_F(VerifyEdDsa, RefusesTheSignatureWithTheOrderAdded) {
  // S + L is the same number modulo L; RFC 8032 section 5.1.7 asks for S < L.
  const std::string token = signed_with(R"({"alg":"EdDSA"})");
  std::string signature = base64url_decode(token.substr(token.rfind('.') + 1)).value();
  const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                   0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                   0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  int carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + order[i];
    signature[32 + i] = static_cast<char>(carry);
    carry >>= 8;
  }
  EXPECT_EQ(error_of(keys_, token.substr(0, token.rfind('.') + 1) + base64url_encode(signature)),
            Error::kBadSignature);
}

}  // namespace
}  // namespace gatehouse::jose
