#include "jose/jwk.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "test/jose/tokens.hpp"

namespace gatehouse::jose {
namespace {

TEST(Jwk, HasTheThumbprintOfRfc8037AppendixA3) {
  const auto key =
      parse_jwk(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  ASSERT_TRUE(key);
  EXPECT_EQ(base64url_encode(key->thumbprint()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Jwk, HasTheThumbprintOfRfc7638Section31) {
  const auto key = parse_jwk(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})");
  ASSERT_TRUE(key);
  EXPECT_EQ(base64url_encode(key->thumbprint()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

class JwkOfEachAlgorithm : public testing::TestWithParam<Algorithm> {};
INSTANTIATE_TEST_SUITE_P(Jwk, JwkOfEachAlgorithm, testing::ValuesIn(kAllAlgorithms),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(JwkOfEachAlgorithm, ReadsThePublicKeyThatItWrites) {
  const PrivateKey key = PrivateKey::generate(GetParam());
  const auto read = parse_jwk(key.public_key().jwk());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kid(), key.public_key().kid());
  EXPECT_EQ(read->algorithm(), GetParam());
  EXPECT_EQ(read->thumbprint(), key.public_key().thumbprint());
  EXPECT_TRUE(read->verifies("message", key.sign("message")));
  EXPECT_EQ(key.public_key().jwk().find("\"d\""), std::string::npos);
}

TEST_P(JwkOfEachAlgorithm, ReadsThePrivateKeyThatItWrites) {
  const PrivateKey key = PrivateKey::generate(GetParam());
  const auto read = PrivateKey::parse(GetParam(), key.pkcs8());
  ASSERT_TRUE(read);
  EXPECT_TRUE(key.public_key().verifies("message", read->sign("message")));
}

TEST_P(JwkOfEachAlgorithm, RefusesThePrivateKeyOfAnother) {
  const PrivateKey key = PrivateKey::generate(GetParam());
  const Algorithm other = GetParam() == Algorithm::kEdDSA ? Algorithm::kES256 : Algorithm::kEdDSA;
  EXPECT_FALSE(PrivateKey::parse(other, key.pkcs8()));
  EXPECT_FALSE(PrivateKey::parse(GetParam(), Secret(std::string("no key"))));
}

TEST_P(JwkOfEachAlgorithm, RefusesEveryOtherMessageAndKey) {
  const PrivateKey key = PrivateKey::generate(GetParam());
  const std::string signature = key.sign("message");
  EXPECT_TRUE(key.public_key().verifies("message", signature));
  EXPECT_FALSE(key.public_key().verifies("Message", signature));
  EXPECT_FALSE(key.public_key().verifies("", signature));
  EXPECT_FALSE(PrivateKey::generate(GetParam()).public_key().verifies("message", signature));
}

TEST_P(JwkOfEachAlgorithm, RefusesSignaturesOfEveryOtherLength) {
  const PrivateKey key = PrivateKey::generate(GetParam());
  const std::string signature = key.sign("message");
  for (std::size_t size = 0; size < signature.size(); ++size)
    EXPECT_FALSE(key.public_key().verifies("message", signature.substr(0, size))) << size;
  for (const std::size_t size : {1U, 64U, 65536U})
    EXPECT_FALSE(key.public_key().verifies("message", signature + std::string(size, '\0'))) << size;
}

TEST(Jwk, RefusesPsychicSignatures) {
  const PrivateKey key = PrivateKey::generate(Algorithm::kES256);
  const std::string zero(32, '\0');
  const std::string order =
      from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
  const std::string one = std::string(31, '\0') + '\x01';
  for (const std::string& r : {zero, order, one})
    for (const std::string& s : {zero, order, one}) EXPECT_FALSE(key.public_key().verifies("message", r + s));
  EXPECT_FALSE(
      PrivateKey::generate(Algorithm::kEdDSA).public_key().verifies("message", std::string(64, '\0')));
}

TEST(Jwk, RefusesWeakAndBrokenKeys) {
  const std::string modulus_1024 = base64url_encode('\x80' + std::string(126, '\x01') + '\x01');
  const std::string modulus_2048 = base64url_encode('\x80' + std::string(254, '\x01') + '\x01');
  const std::string modulus_16384 = base64url_encode('\x80' + std::string(2046, '\x01') + '\x01');
  const auto rsa = [](const std::string& n, const std::string& e) {
    return parse_jwk(R"({"kty":"RSA","n":")" + n + R"(","e":")" + e + R"("})");
  };
  EXPECT_TRUE(rsa(modulus_2048, "AQAB"));
  EXPECT_FALSE(rsa(modulus_1024, "AQAB"));
  EXPECT_FALSE(rsa(modulus_16384, "AQAB"));
  EXPECT_FALSE(rsa(modulus_2048, "AQ")) << "exponent 1";
  EXPECT_FALSE(rsa(modulus_2048, "Ag")) << "exponent 2";
  EXPECT_FALSE(rsa(modulus_2048, "")) << "exponent 0";
  EXPECT_FALSE(rsa("", "AQAB"));
  const std::string one = base64url_encode(std::string(31, '\0') + '\x01');
  const std::string zero = base64url_encode(std::string(32, '\0'));
  for (const std::string& y : {one, zero})
    EXPECT_FALSE(parse_jwk(R"({"kty":"EC","crv":"P-256","x":")" + one + R"(","y":")" + y + R"("})"))
        << "off curve";
  EXPECT_FALSE(parse_jwk(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"));
  EXPECT_FALSE(parse_jwk(R"({"kty":"OKP","crv":"Ed25519"})"));
}

TEST(Jwk, RefusesAPrivateKeyInAPublicPlace) {
  const auto key = parse_jwk(
      R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error(), Error::kBadKey);
}

TEST(Jwk, PassesOverWhatIsNotForVerifyingOrUnknown) {
  for (const char* text :
       {R"({"kty":"oct","k":"AAAA","alg":"HS256"})", R"({"kty":"OKP","crv":"X25519","x":"AA"})",
        R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"AA","use":"enc"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"AA","key_ops":["sign"]})",
        R"({"kty":"OKP","crv":"Ed25519","x":"AA","alg":"ES256"})", R"({"x":"AA"})"}) {
    const auto key = parse_jwk(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error(), Error::kUnsupportedAlgorithm) << text;
  }
}

}  // namespace
}  // namespace gatehouse::jose
