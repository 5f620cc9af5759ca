#include "jose/jwks.hpp"

#include <gtest/gtest.h>

#include "test/jose/tokens.hpp"

namespace gatehouse::jose {
namespace {

std::string set_of(std::initializer_list<std::string> keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) text += (text.back() == '[' ? "" : ",") + key;
  return text + "]}";
}

TEST(KeySet, ReadsWhatItWrites) {
  const KeySet keys({PrivateKey::generate(Algorithm::kEdDSA).public_key(),
                     PrivateKey::generate(Algorithm::kES256).public_key()});
  const auto read = KeySet::parse(keys.jwks());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->keys().size(), 2U);
  EXPECT_EQ(read->jwks(), keys.jwks());
}

TEST(KeySet, FindsAKeyOnlyByItsKidAndItsOwnAlgorithm) {
  const PublicKey a = PrivateKey::generate(Algorithm::kEdDSA).public_key();
  const PublicKey b = PrivateKey::generate(Algorithm::kEdDSA).public_key();
  const PublicKey c = PrivateKey::generate(Algorithm::kES256).public_key();
  const KeySet keys({a, b, c});
  ASSERT_TRUE(keys.find(b.kid(), Algorithm::kEdDSA));
  EXPECT_EQ(keys.find(b.kid(), Algorithm::kEdDSA)->thumbprint(), b.thumbprint());
  EXPECT_FALSE(keys.find(b.kid(), Algorithm::kES256));
  EXPECT_FALSE(keys.find("", Algorithm::kEdDSA)) << "two keys could be meant";
  EXPECT_TRUE(keys.find("", Algorithm::kES256)) << "one key alone can be meant";
  EXPECT_FALSE(keys.find("other", Algorithm::kEdDSA));
}

TEST(KeySet, PassesOverUnknownKeysButNotOverBrokenOnes) {
  const std::string good = PrivateKey::generate(Algorithm::kEdDSA).public_key().jwk();
  EXPECT_TRUE(KeySet::parse(set_of({R"({"kty":"oct","k":"AAAA"})", good})));
  EXPECT_FALSE(KeySet::parse(set_of({R"({"kty":"OKP","crv":"Ed25519","x":"AA"})", good})));
}

TEST(KeySet, ReadsTheExampleOfRfc7517AppendixA1WithoutTheKeyThatIsForEncryption) {
  const std::string point =
      R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",)";
  const std::string modulus =
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})";
  const auto keys = KeySet::parse(set_of({point + R"("use":"enc","kid":"1"})", modulus}));
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->keys().size(), 1U);
  EXPECT_TRUE(keys->find("2011-04-29", Algorithm::kRS256));
  const auto for_signatures = KeySet::parse(set_of({point + R"("use":"sig","kid":"1"})", modulus}));
  ASSERT_TRUE(for_signatures);
  EXPECT_TRUE(for_signatures->find("1", Algorithm::kES256));
}

TEST(KeySet, RefusesSetsThatCannotBeUsed) {
  const std::string good = PrivateKey::generate(Algorithm::kEdDSA).public_key().jwk();
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"keys":{}})"), set_of({}),
        set_of({"1"}), set_of({R"({"kty":"oct","k":"AAAA"})"}), set_of({good, good}), good,
        set_of({good}) + "x"})
    EXPECT_FALSE(KeySet::parse(text)) << text;
}

}  // namespace
}  // namespace gatehouse::jose
