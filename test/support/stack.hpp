// A whole running Gatehouse of a test's own, by scripts/stack, the way `make run` starts it.
//
//   Stack stack;                       // all five parts, on a free port, in a folder of its own; ended with
//   the object stack.url("/app/"); stack.redis("SET gatehouse:block:device:… lost"); stack.kill("daemon");
//   stack.start("daemon");
#pragma once

#include <map>
#include <string>

#include "test/support/process.hpp"
#include "test/support/shell.hpp"

namespace gatehouse::test {

class Stack {
 public:
  // `environment` is added to that of scripts/stack. Throws with its output if it does not come up.
  explicit Stack(std::map<std::string, std::string> environment = {});
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  std::string url(const std::string& path) const { return url_ + path; }
  std::string api(const std::string& path) const { return url_ + "/auth/v1" + path; }
  const std::string& run_dir() const { return folder_.path(); }
  const std::string& state_dir() const { return state_dir_; }
  const std::string& mail_dir() const { return mail_dir_; }

  // The answer of redis-cli, without the line end.
  std::string redis(const std::string& command) const;
  // The rows of a query as psql -At prints them.
  std::string sql(const std::string& query) const;

  void start(const std::string& part) { run("start " + part); }
  void stop(const std::string& part) { run("stop " + part); }
  void kill(const std::string& part) { run("kill " + part); }
  void up() { run("up"); }
  // Waits until the workers of the old configuration are gone.
  void reload() { run("reload"); }
  // scripts/stack with any words; throws if it fails.
  std::string run(const std::string& words) const;
  Ran shell(const std::string& script) const { return run_shell(script, environment_); }

 private:
  TempDir folder_;
  std::map<std::string, std::string> environment_;
  std::string url_;
  std::string state_dir_;
  std::string mail_dir_;
};

}  // namespace gatehouse::test
