// nginx's processes come and go: reloads, ends, upgrades. None of ours may end by a signal of its own making,
// and no request may notice.

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "test/e2e/gate.hpp"
#include "test/e2e/watch.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::string with_zone_of(std::string configuration, const std::string& size) {
  const std::string before = "gatehouse_zone gate:4m";
  return configuration.replace(configuration.find(before), before.size(), "gatehouse_zone gate:" + size);
}

// How often the link has said that the blocks are complete.
std::size_t completions(const Nginx& nginx) {
  const std::string log = nginx.error_log(), said = "are complete";
  std::size_t count = 0;
  for (std::size_t at = 0; (at = log.find(said, at)) != log.npos; at += said.size()) ++count;
  return count;
}

TEST(GateProcesses, EndWellWhenNginxQuitsUnderLoad) {
  for (const int signal : {SIGQUIT, SIGTERM}) {
    Gate gate;
    gate.start();
    Watch watch(gate, 200);
    EXPECT_TRUE(gate.nginx().ends_well(signal)) << gate.nginx().error_log();
    watch.finish();
  }
}

TEST(GateProcesses, EndWellWhileRedisIsAway) {
  Gate gate;
  gate.start();
  gate.redis().kill();
  ASSERT_TRUE(
      wait_until([&] { return gate.nginx().error_log().find("no link to Redis") != std::string::npos; }));
  EXPECT_TRUE(gate.nginx().ends_well(SIGTERM)) << gate.nginx().error_log();
}

// nginx kills whoever has not left about a second after SIGTERM.
TEST(GateProcesses, EndWellWhileRedisDoesNotAnswer) {
  Gate gate;
  gate.start();
  gate.redis().freeze();
  EXPECT_TRUE(gate.nginx().ends_well(SIGTERM)) << gate.nginx().error_log();
}

TEST(GateProcesses, EndWellAtEveryReload) {
  Gate gate;
  gate.start();
  Watch watch(gate, 200);
  for (int i = 0; i < 10; ++i) gate.nginx().reload();
  EXPECT_EQ(watch.finish(), 0);
  EXPECT_TRUE(gate.nginx().ends_well(SIGQUIT)) << gate.nginx().error_log();
}

TEST(GateProcesses, EndWellWhenTheZoneIsGivenAnotherSize) {
  Gate gate;
  gate.start();
  gate.block("device:device-1");
  ASSERT_TRUE(gate.becomes(403));
  gate.nginx().reload(with_zone_of(gate.declarations() + Gate::kServer, "5m"));
  EXPECT_TRUE(gate.becomes(403));
  EXPECT_TRUE(gate.nginx().ends_well(SIGQUIT)) << gate.nginx().error_log();
}

// A master process that is nobody's child; it ends with the test.
class Daemon {
 public:
  explicit Daemon(pid_t pid) : pid_(pid) {}
  ~Daemon() {
    if (pid_ != 0) kill(pid_, SIGKILL);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  bool ends(int signal) {
    kill(pid_, signal);
    // A process that has ended has no title any more, whenever it is reaped.
    if (!wait_until([this] { return title_of(pid_).empty(); })) return false;
    pid_ = 0;
    return true;
  }
  void upgrade() const { kill(pid_, SIGUSR2); }

 private:
  pid_t pid_;
};

// nginx upgrades itself only as a daemon.
TEST(GateProcesses, AnUpgradedNginxTakesOverAndLetsNoBlockedDeviceThrough) {
  Gate gate;
  gate.start();
  const std::string pid_file = gate.nginx().folder() / "nginx.pid";
  Daemon first(gate.nginx().leave_to_another());
  gate.block("device:device-1");
  ASSERT_TRUE(gate.becomes(403));
  first.upgrade();
  ASSERT_TRUE(wait_until([&] {
    return !read_file(pid_file + ".oldbin").empty() && !read_file(pid_file).empty();
  })) << gate.nginx().error_log();
  Daemon second(std::stoi(read_file(pid_file)));
  Watch watch(gate, 403);
  EXPECT_TRUE(first.ends(SIGQUIT));
  EXPECT_TRUE(gate.becomes(403));
  EXPECT_FALSE(watch.finish_with_all().contains(200));
  gate.unblock("device:device-1");
  EXPECT_TRUE(gate.becomes(200));
  EXPECT_TRUE(second.ends(SIGQUIT));
  EXPECT_EQ(gate.nginx().error_log().find("exited on signal"), std::string::npos) << gate.nginx().error_log();
}

TEST(GateWithoutAMaster, DecidesInTheOneProcess) {
  Gate gate;
  gate.start(Gate::kServer, "/app/", Nginx::kNoMaster);
  gate.block("device:device-1");
  EXPECT_TRUE(gate.becomes(403));
  EXPECT_TRUE(gate.nginx().ends_well(SIGQUIT)) << gate.nginx().error_log();
}

// nginx itself accepts no connection any more after such a reload; it must still live and be able to end.
TEST(GateWithoutAMaster, AReloadStopsTheLinkBeforeItsZoneGoes) {
  Gate gate;
  gate.start(Gate::kServer, "/app/", Nginx::kNoMaster);
  for (const char* size : {"5m", "5m", "6m", "4m"}) {
    const std::size_t before = completions(gate.nginx());
    gate.nginx().write_configuration(with_zone_of(gate.declarations() + Gate::kServer, size));
    gate.nginx().signal(SIGHUP);
    ASSERT_TRUE(wait_until([&] { return completions(gate.nginx()) > before; })) << gate.nginx().error_log();
  }
  EXPECT_TRUE(gate.nginx().ends_well(SIGTERM)) << gate.nginx().error_log();
}

}  // namespace
}  // namespace gatehouse::test
