#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(PercentDecode, ReadsEncodedBytesInEitherCase) {
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_EQ(percent_decode("a%2Fb%2f%41"), "a/b/A");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(PercentDecode, RefusesAPercentThatBeginsNothing) {
  for (const char* text : {"%", "%4", "a%", "%zz", "%4z", "%%41", "%-1"})
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gatehouse
