#include "module/key_schedule.hpp"

#include <gtest/gtest.h>

namespace gatehouse::gate {
namespace {

using Seconds = KeySchedule::Seconds;

class KeyScheduleTest : public testing::Test {
 protected:
  // The time until the next fetch, looked for second by second.
  double due_in() const {
    for (double wait = 0; wait < 100'000; wait += 0.25) {
      if (schedule_.is_due(now_ + Seconds(wait))) return wait;
    }
    return -1;
  }

  const Seconds now_{5000};
  KeySchedule schedule_{Seconds(900)};
};

TEST_F(KeyScheduleTest, BeginsAtOnce) {
  EXPECT_EQ(due_in(), 0);
}

TEST_F(KeyScheduleTest, FetchesBeforeTheLifeOfTheKeysEnds) {
  schedule_.succeeded(now_, {});
  EXPECT_EQ(due_in(), 675);
  schedule_.succeeded(now_, Seconds(100));
  EXPECT_EQ(due_in(), 75);
}

TEST_F(KeyScheduleTest, KeepsTheServersWishWithinBounds) {
  schedule_.succeeded(now_, Seconds(1'000'000'000));
  EXPECT_EQ(due_in(), 675) << "no longer than refresh";
  schedule_.succeeded(now_, Seconds(0));
  EXPECT_EQ(due_in(), 7.5) << "no shorter than ten seconds";
}

TEST_F(KeyScheduleTest, TriesAgainEverMoreSeldom) {
  for (const double wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    schedule_.failed(now_);
    EXPECT_EQ(due_in(), wait);
  }
  schedule_.succeeded(now_, {});
  schedule_.failed(now_);
  EXPECT_EQ(due_in(), 1);
}

TEST_F(KeyScheduleTest, UnknownKeysAskForOneFetchAnInterval) {
  schedule_.succeeded(now_, {});
  for (int i = 0; i < 1000; ++i) schedule_.key_is_unknown();
  EXPECT_EQ(due_in(), 10);
  schedule_.failed(now_);
  schedule_.key_is_unknown();
  EXPECT_EQ(due_in(), 1) << "a retry is not put off";
}

TEST_F(KeyScheduleTest, AShorterRefreshBoundsTheIntervals) {
  schedule_ = KeySchedule(Seconds(4));
  schedule_.succeeded(now_, {});
  EXPECT_EQ(due_in(), 3);
  schedule_.key_is_unknown();
  EXPECT_EQ(due_in(), 3);
}

}  // namespace
}  // namespace gatehouse::gate
