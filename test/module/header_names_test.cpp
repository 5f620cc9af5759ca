#include "module/header_names.hpp"

#include <gtest/gtest.h>

namespace gatehouse::gate {
namespace {

HeaderNames names_with(const char* name) {
  HeaderNames names;
  names.add(name);
  return names;
}

TEST(HeaderNames, KnowANameInEverySpelling) {
  const HeaderNames names = names_with("X-Auth-User");
  for (const char* spelling : {"X-Auth-User", "x-auth-user", "X_AUTH_USER", "X.Auth.User", "X-Auth-User-",
                               "--x_auth~user__", "X Auth User",
                               "X\x80"
                               "Auth-User"})
    EXPECT_TRUE(names.contains(spelling)) << spelling;
}

TEST(HeaderNames, KnowNoOtherName) {
  const HeaderNames names = names_with("X-Auth-User");
  for (const char* other :
       {"", "-", "X-Auth", "X-Auth-Users", "XAuthUser", "X--Auth-User", "X-Auth-Uset", "AX-Auth-User"})
    EXPECT_FALSE(names.contains(other)) << other;
}

TEST(HeaderNames, AreFoundHoweverLong) {
  const std::string name(100, 'x');
  const HeaderNames names = names_with(name.c_str());
  EXPECT_TRUE(names.contains(name));
  EXPECT_FALSE(names.contains(name + "x"));
}

TEST(HeaderNames, AreTakenOutOfAConnectionHeader) {
  const HeaderNames names = names_with("X-Auth-User");
  EXPECT_EQ(names.without("close, X-Auth-User"), "close");
  EXPECT_EQ(names.without("x_auth_user ,\tkeep-alive,Upgrade"), "keep-alive, Upgrade");
  EXPECT_EQ(names.without("X-Auth-User"), "");
  EXPECT_EQ(names.without("keep-alive"), std::nullopt);
  EXPECT_EQ(names.without(""), std::nullopt);
  EXPECT_EQ(names.without(",,"), std::nullopt);
}

TEST(HeaderNames, NoneContainNothing) {
  EXPECT_FALSE(HeaderNames().contains(""));
  EXPECT_FALSE(HeaderNames().contains("X-Auth-User"));
}

TEST(CanonicalHeaderName, IsOneForAllSpellings) {
  EXPECT_EQ(canonical_header_name("_X_Auth.User-"), "x-auth-user");
  EXPECT_EQ(canonical_header_name("---"), "");
}

}  // namespace
}  // namespace gatehouse::gate
