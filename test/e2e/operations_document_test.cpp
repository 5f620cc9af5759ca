// docs/operations.md: what it tells an operator to type works.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

// The lines between ```sh and ```.
std::string commands(const std::string& document) {
  std::ifstream file(document);
  std::string commands;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```"))
      inside = line == "```sh";
    else if (inside)
      commands += line + '\n';
  }
  return commands;
}

TEST(OperationsDocument, ItsCommandsRunAndLeaveNothingBlocked) {
  Stack& stack = shared_stack();
  const std::string shown = commands("docs/operations.md");
  ASSERT_NE(shown.find("redis-cli SET"), std::string::npos);
  const Ran ran = stack.shell(
      "set -e\n. \"$RUN_DIR/env\"\nredis-cli() { command redis-cli $GATEHOUSE_REDIS \"$@\"; }\n" + shown);
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(ran.output.find("ERR"), std::string::npos) << ran.output;
  for (const char* kind : {"device", "session", "user", "token", "ip"})
    EXPECT_NE(ran.output.find("gatehouse:block:" + std::string(kind) + ':'), std::string::npos) << ran.output;
  EXPECT_TRUE(wait_until([&] {
    return stack.sql(
               "SELECT count(*) FROM block WHERE subject LIKE '0190e2c8-0000-7000-8000-%' AND lifted_at IS "
               "NULL") == "0";
  }));
}

}  // namespace
}  // namespace gatehouse::test
