#include "module/token_source.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gatehouse::gate {
namespace {

using Kind = TokenText::Kind;
using Place = TokenSource::Place;

TokenText in_cookies(std::vector<std::string_view> headers) {
  return cookie_token(headers, "access");
}

TokenText in_arguments(std::string_view arguments) {
  static std::list<std::string> decoded;
  return argument_token(arguments, "token", decoded);
}

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

TEST(BearerToken, IsMalformedIfThereIsNone) {
  for (const char* value : {"Bearer", "Bearer ", "Bearer  ", "Bearer\tabc"})
    EXPECT_EQ(bearer_token(value).kind, Kind::kMalformed) << value;
}

TEST(B64Token, HasNoOtherCharacters) {
  for (const char* text : {"a", "a-._~+/Z9==", "a="}) EXPECT_TRUE(is_b64token(text)) << text;
  for (const char* text : {"", "a b", "a,b", "\"a\"", "=", "a=b", "a ", "a\tb", "\xc3\xa9", "\x7f", "\x80"})
    EXPECT_FALSE(is_b64token(text)) << text;
}

TEST(BearerToken, IsMalformedIfThereIsNoScheme) {
  for (const char* value : {"", " ", " Bearer abc", "B@d abc", "Bearer=abc x", "\"Bearer\" abc"})
    EXPECT_EQ(bearer_token(value).kind, Kind::kMalformed) << value;
}

TEST(CookieToken, IsTheValueQuotedOrNotWithSchemeOrWithout) {
  for (const char* header : {"access=abc", "a=1; access=abc; b=2", "access=\"abc\"", "access=Bearer abc",
                             "access=\"bearer abc\"", " access = abc ", "a=1;access=abc"}) {
    const TokenText token = in_cookies({header});
    EXPECT_EQ(token.kind, Kind::kToken) << header;
    EXPECT_EQ(token.text, "abc") << header;
    EXPECT_EQ(token.place, Place::kCookie) << header;
  }
  EXPECT_EQ(in_cookies({"a=1", "b=2; access=abc"}).text, "abc") << "in the second header";
}

TEST(CookieToken, IsNoneWithoutThatVeryNameOrWithoutAValue) {
  for (const char* header : {"", ";", "a=1", "Access=abc", "xaccess=abc", "accessx=abc", "access",
                             "access=", "access=\"\"", "a=access=abc", "access=\"Bearer \""})
    EXPECT_EQ(in_cookies({header}).kind, Kind::kNone) << header;
  EXPECT_EQ(in_cookies({}).kind, Kind::kNone);
}

TEST(CookieToken, TwiceIsAmbiguousAlsoWhenTheyAreEqual) {
  EXPECT_EQ(in_cookies({"access=abc; access=abc"}).kind, Kind::kAmbiguous);
  EXPECT_EQ(in_cookies({"access=abc; b=1; access="}).kind, Kind::kAmbiguous);
  EXPECT_EQ(in_cookies({"access=abc", "access=def"}).kind, Kind::kAmbiguous);
  EXPECT_EQ(in_cookies({"access=a; access=b; access=c"}).kind, Kind::kAmbiguous);
  EXPECT_EQ(in_cookies({"q=\"; access=abc; \"; access=def"}).kind, Kind::kAmbiguous) << "quotes hide nothing";
}

TEST(ArgumentToken, IsPercentDecoded) {
  EXPECT_EQ(in_arguments("token=abc").text, "abc");
  EXPECT_EQ(in_arguments("a=1&token=a%62c&b").text, "abc");
  EXPECT_EQ(in_arguments("tok%65n=a%2Eb").text, "a.b");
  EXPECT_EQ(in_arguments("token=abc").place, Place::kArgument);
  EXPECT_EQ(in_arguments("token=a%zzb").text, "a%zzb") << "for the verifier to refuse";
  EXPECT_EQ(in_arguments("token=a%2").text, "a%2");
}

TEST(ArgumentToken, IsNoneWithoutTheNameOrAValue) {
  for (const char* arguments : {"", "&", "token", "token=", "Token=abc", "xtoken=abc", "a=token=abc"})
    EXPECT_EQ(in_arguments(arguments).kind, Kind::kNone) << arguments;
}

TEST(ArgumentToken, TwiceIsAmbiguous) {
  EXPECT_EQ(in_arguments("token=a&token=b").kind, Kind::kAmbiguous);
  EXPECT_EQ(in_arguments("token=a&%74oken=a").kind, Kind::kAmbiguous);
}

class FindToken : public testing::Test {
 protected:
  TokenText find(const TokenCarriers& carriers) { return find_token(sources_, carriers, decoded_); }

  std::vector<TokenSource> sources_{{}, {Place::kCookie, "access"}, {Place::kArgument, "token"}};
  std::list<std::string> decoded_;
  std::vector<std::string_view> cookies_{"access=abc"};
};

TEST_F(FindToken, LooksInTheGivenOrder) {
  EXPECT_EQ(find({.authorization = "Bearer abc", .cookies = cookies_}).place, Place::kHeader);
  EXPECT_EQ(find({.authorization = "Basic abc", .cookies = cookies_}).place, Place::kCookie);
  EXPECT_EQ(find({.cookies = cookies_, .arguments = "token=abc"}).place, Place::kCookie);
  EXPECT_EQ(find({.arguments = "token=abc"}).place, Place::kArgument);
  EXPECT_EQ(find({}).kind, Kind::kNone);
  std::swap(sources_[0], sources_[1]);
  EXPECT_EQ(find({.authorization = "Bearer abc", .cookies = cookies_}).place, Place::kCookie);
}

TEST_F(FindToken, TwoDifferentOnesAreAmbiguousWhereverTheyAre) {
  EXPECT_EQ(find({.authorization = "Bearer def", .cookies = cookies_}).kind, Kind::kAmbiguous);
  EXPECT_EQ(find({.authorization = "Bearer abc", .arguments = "token=def"}).kind, Kind::kAmbiguous);
  EXPECT_EQ(find({.cookies = cookies_, .arguments = "token=def"}).kind, Kind::kAmbiguous);
}

TEST_F(FindToken, AMalformedHeaderIsRefusedAlsoBesideAToken) {
  EXPECT_EQ(find({.authorization = "Bearer", .cookies = cookies_}).kind, Kind::kMalformed);
}

TEST_F(FindToken, ReadsNothingThatIsNotASource) {
  sources_ = {{Place::kCookie, "access"}};
  EXPECT_EQ(find({.authorization = "Bearer x y", .arguments = "token=abc"}).kind, Kind::kNone);
}

}  // namespace
}  // namespace gatehouse::gate
