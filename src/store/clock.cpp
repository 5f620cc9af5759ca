#include "store/clock.hpp"

namespace gatehouse::store {

constexpr Statement kNow{"now", "select clock_timestamp()"};

void Clock::ask() {
  if (!now_ && !asked_) asked_ = connection_.post(kNow);
}

Time Clock::now() {
  ask();
  if (!now_) now_ = time(asked_->rows()[0][0]);
  return *now_;
}

}  // namespace gatehouse::store
