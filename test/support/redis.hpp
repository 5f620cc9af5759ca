// A Redis server of a test's own, on a unix socket.
#pragma once

#include <memory>
#include <string>

#include "test/support/process.hpp"

namespace gatehouse::test {

class Redis {
 public:
  // Persistence is off unless `configuration` (lines of redis.conf) says otherwise.
  explicit Redis(std::string configuration = "save \"\"\nappendonly no\n");

  // As gatehouse_redis and the daemon's settings take it: unix:/path.
  std::string address() const { return "unix:" + socket(); }
  std::string socket() const { return folder_ / "redis.sock"; }
  // The answer to a command, as redis-cli prints it.
  std::string cli(const std::string& command) const;

  // Says that the set of blocks is complete, as the daemon does.
  void set_ready(int epoch = 1) const;
  std::string run_id() const;

  void start();
  void kill();
  // Stops the process without ending it, and lets it go on.
  void freeze() const;
  void thaw() const;

 private:
  TempDir folder_;
  std::string configuration_;
  std::unique_ptr<Process> process_;
};

}  // namespace gatehouse::test
