#include "accounts/verified_tokens.hpp"

#include <gtest/gtest.h>

#include "test/support/tokens.hpp"

namespace gatehouse::accounts {
namespace {

jose::KeySet keys_of(const test::TokenMaker& maker) {
  return jose::KeySet({maker.key().public_key()});
}

std::string numbered(const test::TokenMaker& maker, std::size_t number) {
  return maker.token({{"jti", '"' + std::to_string(number) + '"'}});
}

TEST(VerifiedTokens, KnowsATokenAgainByItsVeryBytes) {
  const test::TokenMaker maker;
  VerifiedTokens tokens(keys_of(maker));
  const std::string token = maker.token();
  const auto first = tokens.verify(token);
  ASSERT_TRUE(first);
  EXPECT_EQ(*tokens.verify(token), *first) << "it is the same object, not verified again";
  EXPECT_EQ(tokens.size(), 1U);
}

TEST(VerifiedTokens, NoBitOfAKnownTokenCanBeChanged) {
  const test::TokenMaker maker;
  VerifiedTokens tokens(keys_of(maker));
  const std::string token = maker.token();
  ASSERT_TRUE(tokens.verify(token));
  for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
    std::string forged = token;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(tokens.verify(forged)) << bit;
  }
}

TEST(VerifiedTokens, RemembersNothingThatIsBad) {
  const test::TokenMaker maker;
  VerifiedTokens tokens(keys_of(maker));
  const std::string foreign = test::TokenMaker().token();
  EXPECT_FALSE(tokens.verify(foreign));
  EXPECT_FALSE(tokens.verify(foreign));
  EXPECT_FALSE(tokens.verify(""));
  EXPECT_EQ(tokens.size(), 0U);
}

TEST(VerifiedTokens, IsBoundedAndStillRightWhenItHasForgotten) {
  const test::TokenMaker maker;
  VerifiedTokens tokens(keys_of(maker));
  for (std::size_t i = 0; i < 3 * VerifiedTokens::kGeneration; ++i)
    ASSERT_TRUE(tokens.verify(numbered(maker, i)));
  EXPECT_LE(tokens.size(), 2 * VerifiedTokens::kGeneration);
  EXPECT_TRUE(tokens.verify(numbered(maker, 0)));
}

}  // namespace
}  // namespace gatehouse::accounts
