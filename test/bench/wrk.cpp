#include "test/bench/wrk.hpp"

#include <regex>
#include <stdexcept>

#include "test/bench/machine.hpp"
#include "test/support/shell.hpp"

namespace gatehouse::bench {
namespace {

double number_in(const std::string& text, const char* pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) throw std::runtime_error("wrk: " + text);
  return std::stod(found[1]);
}

}  // namespace

Rate wrk(const WrkTarget& target, int seconds) {
  check_interrupted();
  std::string command = "wrk -t1 -c32 -d" + std::to_string(seconds) + "s ";
  if (!target.authorization.empty()) command += "-H " + test::shell_quoted(target.authorization) + ' ';
  if (!target.token_file.empty()) command += "-s scripts/bench/tokens.lua ";
  command += test::shell_quoted(target.url);
  if (!target.token_file.empty()) command += " -- " + test::shell_quoted(target.token_file);

  const Pinned pinned(cores().client);
  const double before = cpu_time_of(target.server);
  const test::Ran ran = test::run_shell(command);
  const double used = cpu_time_of(target.server) - before;
  check_interrupted();
  const bool failed = ran.output.find("Non-2xx") != std::string::npos ||
                      ran.output.find("Socket errors") != std::string::npos;
  if (ran.status != 0 || failed) throw std::runtime_error(command + '\n' + ran.output);
  return {.per_second = number_in(ran.output, R"(Requests/sec: +([0-9.]+))"),
          .cpu = used / number_in(ran.output, R"(([0-9]+) requests in)")};
}

}  // namespace gatehouse::bench
