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
