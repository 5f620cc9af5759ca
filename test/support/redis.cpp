#include "test/support/redis.hpp"

#include <signal.h>

#include <stdexcept>

#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {

Redis::Redis(std::string configuration) : configuration_(std::move(configuration)) {
  start();
}

std::string Redis::cli(const std::string& command) const {
  Ran ran = run_shell("redis-cli -s " + shell_quoted(socket()) + ' ' + command);
  if (ran.status != 0) throw std::runtime_error("redis-cli " + command + ": " + ran.output);
  while (ran.output.ends_with('\n')) ran.output.pop_back();
  return std::move(ran.output);
}

void Redis::set_ready(int epoch) const {
  cli("SET gatehouse:ready '" + run_id() + ' ' + std::to_string(epoch) + "'");
}

std::string Redis::run_id() const {
  const std::string info = cli("INFO server");
  const std::size_t from = info.find("run_id:") + 7;
  return info.substr(from, 40);
}

void Redis::start() {
  // Nginx's workers are another user's when the tests run as root.
  write_file(folder_ / "redis.conf", "port 0\nunixsocket " + socket() + "\nunixsocketperm 777\ndir " +
                                         folder_.path() + "\n" + configuration_);
  process_ = std::make_unique<Process>(std::vector<std::string>{"redis-server", folder_ / "redis.conf"},
                                       folder_ / "redis.log");
  const auto answers = [this] {
    return run_shell("redis-cli -s " + shell_quoted(socket()) + " PING").output == "PONG\n";
  };
  if (!wait_until(answers)) throw std::runtime_error("redis-server: " + read_file(folder_ / "redis.log"));
}

void Redis::kill() {
  process_->end(SIGKILL);
}
void Redis::freeze() const {
  process_->signal(SIGSTOP);
}
void Redis::thaw() const {
  process_->signal(SIGCONT);
}

}  // namespace gatehouse::test
