#include "module/token_source.hpp"

#include <gtest/gtest.h>

namespace gatehouse::gate {
namespace {

using Kind = TokenText::Kind;

TEST(BearerToken, IsWhatFollowsTheScheme) {
  for (const char* value : {"Bearer abc", "bearer abc", "BEARER   abc"}) {
    const TokenText token = bearer_token(value);
    EXPECT_EQ(token.kind, Kind::kToken) << value;
    EXPECT_EQ(token.text, "abc") << value;
  }
  EXPECT_EQ(bearer_token("Bearer a-._~+/Z9==").text, "a-._~+/Z9==");
}

TEST(BearerToken, IsNoneWithoutTheHeaderOrWithAnotherScheme) {
  EXPECT_EQ(bearer_token(std::nullopt).kind, Kind::kNone);
  for (const char* value : {"Basic YTpi", "Digest a=\"b\", c=d", "Negotiate", "BearerX abc", "Bearerabc"})
    EXPECT_EQ(bearer_token(value).kind, Kind::kNone) << value;
}

TEST(BearerToken, IsMalformedIfItIsNotOneB64Token) {
  for (const char* value :
       {"Bearer", "Bearer ", "Bearer  ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer =", "Bearer a=b",
        "Bearer a ", "Bearer\tabc", "Bearer a\tb", "Bearer \xc3\xa9"})
    EXPECT_EQ(bearer_token(value).kind, Kind::kMalformed) << value;
}

TEST(BearerToken, IsMalformedIfThereIsNoScheme) {
  for (const char* value : {"", " ", " Bearer abc", "B@d abc", "Bearer=abc x", "\"Bearer\" abc"})
    EXPECT_EQ(bearer_token(value).kind, Kind::kMalformed) << value;
}

}  // namespace
}  // namespace gatehouse::gate
