#include "contract/ready_mark.hpp"

#include <gtest/gtest.h>

namespace gatehouse::contract {
namespace {

TEST(ReadyMark, IsARunIdAndAnEpoch) {
  const std::optional<ReadyMark> mark = ReadyMark::parse("0a1b 17");
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->run_id, "0a1b");
  EXPECT_EQ(mark->epoch, 17);
}

TEST(ReadyMark, IsNothingElse) {
  for (const char* text : {"", " ", "0a1b", "0a1b ", " 17", "0a1b  17", "0a1b 17 ", "0a1b -1", "0a1b x",
                           "0a1b 1.0", "0a1b 99999999999999999999"})
    EXPECT_FALSE(ReadyMark::parse(text)) << text;
}

}  // namespace
}  // namespace gatehouse::contract
