#include "http/lanes.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <future>
#include <latch>

namespace gatehouse::http {
namespace {

// Jobs that stay until they are let go.
class Gate {
 public:
  ~Gate() { open(); }
  WorkerPool::Job job() {
    return [opened = opened_] { opened.wait(); };
  }
  void open() {
    if (!std::exchange(is_open_, true)) promise_.set_value();
  }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
  bool is_open_ = false;
};

TEST(Lanes, AFullPasswordLaneRefusesAndLeavesTheQuickOneFree) {
  Lanes lanes({.quick = {.threads = 1, .waiting = 1}, .password = {.threads = 2, .waiting = 3}});
  Gate gate;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(lanes.submit(Lane::kPassword, gate.job())) << i;
  EXPECT_FALSE(lanes.submit(Lane::kPassword, [] { FAIL() << "a refused job must not run"; }));

  std::promise<void> done;
  EXPECT_TRUE(lanes.submit(Lane::kQuick, [&] { done.set_value(); }));
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(Lanes, TakeJobsAgainOnceThereIsRoom) {
  Lanes lanes({.quick = {.threads = 1, .waiting = 0}, .password = {.threads = 1, .waiting = 0}});
  for (int i = 0; i < 100; ++i) {
    std::latch done(1);
    // The thread is idle again only a moment after the job has ended.
    while (!lanes.submit(Lane::kQuick, [&] { done.count_down(); })) std::this_thread::yield();
    done.wait();
  }
}

TEST(Lanes, RunDirectJobsInPlace) {
  Lanes lanes({.quick = {.threads = 1, .waiting = 1}, .password = {.threads = 1, .waiting = 1}});
  std::thread::id where;
  EXPECT_TRUE(lanes.submit(Lane::kDirect, [&] { where = std::this_thread::get_id(); }));
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(Lanes, GiveHashingALowerPriority) {
  Lanes lanes({.quick = {.threads = 1, .waiting = 1}, .password = {.threads = 1, .waiting = 1}});
  std::promise<int> quick;
  std::promise<int> password;
  ASSERT_TRUE(lanes.submit(Lane::kQuick, [&] { quick.set_value(::getpriority(PRIO_PROCESS, 0)); }));
  ASSERT_TRUE(lanes.submit(Lane::kPassword, [&] { password.set_value(::getpriority(PRIO_PROCESS, 0)); }));
  const int lowest = 19;
  const int ours = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(quick.get_future().get(), ours);
  EXPECT_EQ(password.get_future().get(), std::min(ours + 10, lowest));
}

TEST(WorkerPool, FinishesWhatItHasTakenBeforeItEnds) {
  std::atomic<int> done{0};
  {
    WorkerPool pool(2, 100, 0);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(pool.submit([&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkerPool, HoldsNothingOfAJobThatHasRun) {
  WorkerPool pool(1, 1, 0);
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  std::latch done(2);
  ASSERT_TRUE(pool.submit([held, &done] { done.count_down(); }));
  held.reset();
  while (!pool.submit([&] { done.count_down(); })) std::this_thread::yield();
  done.wait();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace gatehouse::http
