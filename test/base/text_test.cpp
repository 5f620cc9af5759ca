#include "base/text.hpp"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(utf8_length(std::string("\0", 1)), 1U);
  EXPECT_EQ(utf8_length("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"), 2U);
}

TEST(Utf8, RefusesWhatRfc3629Does) {
  for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                          "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xC3\xC3"})
    EXPECT_FALSE(utf8_length(bad)) << bad;
}

TEST(Printable, KeepsTextAndMarksTheRest) {
  EXPECT_EQ(printable("plain \xC3\xA4 text", 100), "plain \xC3\xA4 text");
  EXPECT_EQ(printable(std::string("a\0b\r\nc\x7F", 7), 100), "a?b??c?");
  EXPECT_EQ(printable("\xFF\xC3x\xC2\x85y", 100), "??x?y") << "invalid bytes and a C1 control";
}

TEST(Printable, CutsBetweenCodePoints) {
  EXPECT_EQ(printable("ab\xC3\xA4", 3), "ab");
  EXPECT_EQ(printable("ab\xC3\xA4", 4), "ab\xC3\xA4");
  EXPECT_EQ(printable("abc", 0), "");
}

TEST(AsciiLower, LeavesOtherLettersAlone) {
  EXPECT_EQ(ascii_lower("AbZ[`{\xC3\x84"), "abz[`{\xC3\x84");
}

}  // namespace
}  // namespace gatehouse
