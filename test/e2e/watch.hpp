// A client that never rests, for tests in which something else happens meanwhile.
//
//   Watch watch(gate, 403);
//   …
//   EXPECT_EQ(watch.finish(), 0);
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {

// Asks the gate without pause until it ends.
class Watch {
 public:
  // With the usual token, or that of `bearer`.
  Watch(Gate& gate, long only, const std::string& bearer = "")
      : thread_([this, &gate, only, bearer] {
          while (!done_) {
            const long status = gate.status("/app/", bearer);
            ++asked_;
            if (status != only) others_.insert(status);
          }
        }) {}
  ~Watch() { finish(); }

  // A status that was not the expected one; 0 if there was none.
  long finish() {
    const std::set<long> others = finish_with_all();
    return others.empty() ? 0 : *others.begin();
  }
  // All of them.
  std::set<long> finish_with_all() {
    EXPECT_TRUE(wait_until([this] { return asked_ >= 10; }));
    done_ = true;
    if (thread_.joinable()) thread_.join();
    return others_;
  }

 private:
  std::atomic<bool> done_{false};
  std::atomic<int> asked_{0};
  std::set<long> others_;  // of the thread, until it has ended
  std::thread thread_;
};

}  // namespace gatehouse::test
