#include "module/cookies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gatehouse::gate {
namespace {

const std::vector<std::string> kNames{"access", "refresh"};

TEST(Cookies, AreTakenOutByName) {
  EXPECT_EQ(without_cookies("access=1", kNames), "");
  EXPECT_EQ(without_cookies("a=1; access=2; b=3; refresh=4", kNames), "a=1; b=3");
  EXPECT_EQ(without_cookies("access=1;a=1", kNames), "a=1");
  EXPECT_EQ(without_cookies("access=1; access=2; a=\"x\"", kNames), "a=\"x\"");
  EXPECT_EQ(without_cookies(" access =1;; a = 1 ;", kNames), "a = 1");
}

TEST(Cookies, OfOtherNamesLeaveTheHeaderAlone) {
  for (const char* header : {"", ";", "a=1; b=2", "Access=1", "access", "a=access=1", "xaccess=1"})
    EXPECT_EQ(without_cookies(header, kNames), std::nullopt) << header;
}

// Some applications trim more than spaces from a name.
TEST(Cookies, AreNotHiddenByWhatAnApplicationTrims) {
  for (const char* disguise : {"\xC2\xA0", "\x0b", "\x1c", "\x85", "\""}) {
    EXPECT_EQ(without_cookies("a=1; " + std::string(disguise) + "access=2", kNames), "a=1");
    EXPECT_EQ(without_cookies("access" + std::string(disguise) + "=2; a=1", kNames), "a=1");
  }
}

TEST(Cookies, AreNotHiddenByQuotes) {
  EXPECT_EQ(without_cookies("a=\"; access=1; b=\"", kNames), "a=\"; b=\"");
}

}  // namespace
}  // namespace gatehouse::gate
