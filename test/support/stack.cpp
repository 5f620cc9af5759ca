#include "test/support/stack.hpp"

#include <cstdio>
#include <stdexcept>

namespace gatehouse::test {
namespace {

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Stack::Stack(std::map<std::string, std::string> environment) : environment_(std::move(environment)) {
  environment_["RUN_DIR"] = run_dir();
  environment_.try_emplace("PORT", "0");
  try {
    run("up");
    const auto variable = [this](const std::string& name) {
      return without_line_end(shell(". \"$RUN_DIR/env\" && echo \"$" + name + '"').output);
    };
    url_ = variable("GATEHOUSE_URL");
    state_dir_ = variable("GATEHOUSE_STATE_DIR");
    mail_dir_ = variable("GATEHOUSE_MAIL_DIR");
  } catch (...) {
    shell("scripts/stack forget");
    throw;
  }
}

Stack::~Stack() {
  const Ran ended = shell("scripts/stack forget");
  if (ended.status != 0) std::fprintf(stderr, "scripts/stack forget: %s\n", ended.output.c_str());
}

std::string Stack::redis(const std::string& command) const {
  const Ran ran = shell(". \"$RUN_DIR/env\" && redis-cli $GATEHOUSE_REDIS " + command);
  if (ran.status != 0) throw std::runtime_error("redis-cli " + command + ": " + ran.output);
  return without_line_end(ran.output);
}

std::string Stack::sql(const std::string& query) const {
  const Ran ran = shell(". \"$RUN_DIR/env\" && psql -XAtq \"$GATEHOUSE_DATABASE\" -c " + shell_quoted(query));
  if (ran.status != 0) throw std::runtime_error(query + ": " + ran.output);
  return without_line_end(ran.output);
}

std::string Stack::run(const std::string& words) const {
  Ran ran = shell("scripts/stack " + words);
  if (ran.status != 0) throw std::runtime_error("scripts/stack " + words + ": " + ran.output);
  return std::move(ran.output);
}

}  // namespace gatehouse::test
