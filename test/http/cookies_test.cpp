#include "http/cookies.hpp"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

const Cookies kSecure(true);
const Cookies kPlain(false);

Headers cookie(const std::string& value) {
  return {{"Cookie", value}};
}

TEST(Cookies, SayWhatTheContractPromises) {
  const Secret token(std::string("abc"));
  EXPECT_EQ(kSecure.set(TokenCookie::kAccess, token, std::chrono::minutes(5)),
            "__Host-gatehouse-access=abc; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(kSecure.set(TokenCookie::kRefresh, token, std::chrono::days(14)),
            "__Secure-gatehouse-refresh=abc; Path=/auth/v1/tokens; Max-Age=1209600; HttpOnly; SameSite=Lax; "
            "Secure");
  EXPECT_EQ(kSecure.set(TokenCookie::kDevice, token, kDeviceCookieLife),
            "__Host-gatehouse-device=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure");
}

TEST(Cookies, HaveNeitherPrefixNorSecureOverPlainHttp) {
  EXPECT_EQ(kPlain.set(TokenCookie::kAccess, Secret(std::string("abc")), std::chrono::minutes(5)),
            "gatehouse-access=abc; Path=/; Max-Age=300; HttpOnly; SameSite=Lax");
  EXPECT_EQ(kPlain.name(TokenCookie::kRefresh), "gatehouse-refresh");
  EXPECT_EQ(kPlain.name(TokenCookie::kDevice), "gatehouse-device");
  EXPECT_EQ(kSecure.read(TokenCookie::kAccess, cookie("gatehouse-access=abc")), std::nullopt);
  EXPECT_EQ(kPlain.read(TokenCookie::kAccess, cookie("__Host-gatehouse-access=abc")), std::nullopt);
}

// A browser takes a cookie for the same one only if name and path are the same.
TEST(Cookies, AreClearedUnderTheirNameAndPath) {
  EXPECT_EQ(kSecure.clear(TokenCookie::kRefresh),
            "__Secure-gatehouse-refresh=; Path=/auth/v1/tokens; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
}

TEST(Cookies, AreFoundAmongOthers) {
  for (const char* header :
       {"__Host-gatehouse-access=abc", "a=1; __Host-gatehouse-access=abc; b=2",
        ";; __Host-gatehouse-access=abc;", "__Host-gatehouse-access = abc ", "a;__Host-gatehouse-access=abc",
        "x__Host-gatehouse-access=no; __Host-gatehouse-access=abc; __host-gatehouse-access=no"})
    EXPECT_EQ(kSecure.read(TokenCookie::kAccess, cookie(header)), "abc") << header;
  const Headers split{{"cookie", "a=1"}, {"COOKIE", "__Host-gatehouse-access=a=b"}};
  EXPECT_EQ(kSecure.read(TokenCookie::kAccess, split), "a=b");
}

TEST(Cookies, ThatComeTwiceOrEmptyAreNone) {
  for (const char* header :
       {"", ";", "=", "__Host-gatehouse-access", "__Host-gatehouse-access=", "a=__Host-gatehouse-access=abc",
        "__Host-gatehouse-access=abc; __Host-gatehouse-access=abc",
        "__Host-gatehouse-access=abc; __Host-gatehouse-access="})
    EXPECT_EQ(kSecure.read(TokenCookie::kAccess, cookie(header)), std::nullopt) << header;
  const Headers split{{"Cookie", "__Host-gatehouse-access=abc"}, {"Cookie", "__Host-gatehouse-access=abc"}};
  EXPECT_EQ(kSecure.read(TokenCookie::kAccess, split), std::nullopt);
}

}  // namespace
}  // namespace gatehouse::http
