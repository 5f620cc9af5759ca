// nginx's processes die or are replaced in a loop, under load: a blocked device never passes, and nothing
// piles up.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "test/e2e/gate.hpp"
#include "test/e2e/watch.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateDeaths : public testing::Test {
 protected:
  GateDeaths() {
    gate_.start();
    gate_.block("device:device-1");
    EXPECT_TRUE(gate_.becomes(403));
  }

  Gate gate_;
  const std::string good_ = gate_.tokens().bearer({{"did", R"("device-2")"}});
};

// A killed worker takes its connections along: no answer, which is 0 here, is the worst that may come.
TEST_F(GateDeaths, OfWorkersLetNoBlockedDeviceThrough) {
  Watch thief(gate_, 403);
  Watch owner(gate_, 200, good_);
  for (int i = 0; i < 10; ++i) {
    const std::vector<pid_t> before = gate_.nginx().workers();
    for (const pid_t worker : before) kill(worker, SIGKILL);
    ASSERT_TRUE(wait_until([&] {
      const std::vector<pid_t> now = gate_.nginx().workers();
      return now.size() == before.size() && std::ranges::find_first_of(now, before) == now.end();
    }));
    ASSERT_TRUE(gate_.becomes(200, "/app/", good_));
  }
  for (Watch* watch : {&thief, &owner}) {
    std::set<long> others = watch->finish_with_all();
    others.erase(0);
    EXPECT_TRUE(others.empty()) << *others.begin();
  }
}

TEST_F(GateDeaths, OfTheHelperAreNoticedByNobody) {
  Watch thief(gate_, 403);
  Watch owner(gate_, 200, good_);
  for (int i = 0; i < 10; ++i) {
    kill(gate_.nginx().helper(), SIGKILL);
    const std::string name = "device-" + std::to_string(i + 10);
    gate_.block("device:" + name);
    ASSERT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", '"' + name + '"'}})));
  }
  EXPECT_EQ(thief.finish(), 0);
  EXPECT_EQ(owner.finish(), 0);
}

// Of the master, which lives through them all; the others are new each time.
struct Held {
  std::size_t files;
  std::size_t kilobytes;
};

Held held_by(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  Held held{};
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(process + "/fd"))
    ++held.files;
  std::ifstream status(process + "/status");
  for (std::string word; status >> word;)
    if (word == "RssAnon:") status >> held.kilobytes;
  return held;
}

// The master holds a channel to each of its processes: the old helper may leave after the old workers.
bool has_processes(pid_t master, std::size_t count) {
  const std::string of_master = std::to_string(master);
  std::ifstream children("/proc/" + of_master + "/task/" + of_master + "/children");
  std::size_t found = 0;
  for (pid_t child = 0; children >> child;) ++found;
  return found == count;
}

TEST_F(GateDeaths, ByReloadsLeaveNothingBehind) {
  Watch thief(gate_, 403);
  Watch owner(gate_, 200, good_);
  const auto reload = [&](int times) {
    for (int i = 0; i < times; ++i) gate_.nginx().reload();
    EXPECT_TRUE(wait_until([&] { return has_processes(gate_.nginx().master(), 3); }))
        << "two workers, one helper";
  };
  reload(10);
  const Held before = held_by(gate_.nginx().master());
  reload(190);
  const Held after = held_by(gate_.nginx().master());
  EXPECT_EQ(after.files, before.files);
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed, to know who uses it afterwards
  EXPECT_LE(after.kilobytes, before.kilobytes + 256);
#endif
  EXPECT_EQ(thief.finish(), 0);
  EXPECT_EQ(owner.finish(), 0);
}

}  // namespace
}  // namespace gatehouse::test
