#include "accounts/identifiers.hpp"

#include <gtest/gtest.h>

namespace gatehouse::accounts {
namespace {

TEST(Username, IsComparedInLowerCase) {
  EXPECT_EQ(username_key("Alice.B_c-9"), "alice.b_c-9");
}

TEST(Username, HasThreeToThirtyTwoCharacters) {
  EXPECT_FALSE(username_key("ab"));
  EXPECT_TRUE(username_key("abc"));
  EXPECT_TRUE(username_key(std::string(32, 'a')));
  EXPECT_FALSE(username_key(std::string(33, 'a')));
}

TEST(Username, StartsAndEndsWithALetterOrDigit) {
  for (const char* bad : {".abc", "abc.", "-abc", "abc-", "_abc", "abc_"})
    EXPECT_FALSE(username_key(bad)) << bad;
}

TEST(Username, HasNoCharacterThatCouldBeTakenForAnother) {
  // A space, an address, a Cyrillic a, a zero-width joiner, a fullwidth letter, control characters.
  for (const std::string bad : {"a b", "a@b.org", "\xD0\xB0lice", "al\xE2\x80\x8Dice", "\xEF\xBD\x81lice",
                                "al\nice", "al'ice", "al\"ice", "al/ice"})
    EXPECT_FALSE(username_key(bad)) << bad;
  EXPECT_FALSE(username_key(std::string("al\0ice", 6)));
}

TEST(Email, IsComparedInLowerCase) {
  EXPECT_EQ(email_key("Alice@Example.ORG"), "alice@example.org");
}

TEST(Email, TakesWhatMailServersTake) {
  for (const char* good : {"a@b.co", "first.last+tag@mail.example.org", "o'hara@example.org",
                           "a@xn--bcher-kva.example", "!#$%&*+-/=?^_`{|}~@example.org"})
    EXPECT_TRUE(email_key(good)) << good;
}

TEST(Email, RefusesWhatWouldReachAMailAsSomethingElse) {
  for (const char* bad : {"",
                          "@",
                          "a",
                          "a@",
                          "@b.org",
                          "a@b",
                          "a@@b.org",
                          "a@b@c.org",
                          "a b@c.org",
                          "a@b .org",
                          "a@b.org\r\nBcc: x@y.org",
                          "a@b.org\n",
                          "a@-b.org",
                          "a@b-.org",
                          "a@b..org",
                          "a@.org",
                          "a@b.org.",
                          ".a@b.org",
                          "a.@b.org",
                          "a..b@c.org",
                          "\"a b\"@c.org",
                          "a@[192.0.2.1]",
                          "<a@b.org>",
                          "a@b.org,c@d.org",
                          "\xC3\xA4@b.org",
                          "a@b\xC3\xA4.org"})
    EXPECT_FALSE(email_key(bad)) << bad;
  EXPECT_FALSE(email_key(std::string("a\0@b.org", 8)));
}

TEST(Email, HasAtMost254Bytes) {
  const std::string domain =
      std::string(61, 'b') + '.' + std::string(61, 'c') + '.' + std::string(61, 'd') + ".org";
  const std::string at = '@' + domain;
  EXPECT_TRUE(email_key(std::string(254 - at.size(), 'a') + at));
  EXPECT_FALSE(email_key(std::string(255 - at.size(), 'a') + at));
  EXPECT_FALSE(email_key(std::string(65, 'a') + "@b.org"));
}

}  // namespace
}  // namespace gatehouse::accounts
