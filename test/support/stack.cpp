#include "test/support/stack.hpp"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace gatehouse::test {
namespace {

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Stack::Stack(std::map<std::string, std::string> environment) : environment_(std::move(environment)) {
  std::string folder = "/tmp/gatehouse-test-XXXXXX";
  if (!mkdtemp(folder.data())) throw std::runtime_error("mkdtemp failed");
  // As root the servers run as an unprivileged user, who has to get in.
  std::filesystem::permissions(folder, std::filesystem::perms(0755));
  run_dir_ = folder;
  environment_["RUN_DIR"] = run_dir_;
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
    shell("scripts/stack forget; rmdir \"$RUN_DIR\"");
    throw;
  }
}

Stack::~Stack() {
  const Ran ended = shell("scripts/stack forget && rm -rf \"$RUN_DIR\"");
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
