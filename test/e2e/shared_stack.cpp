#include "test/e2e/shared_stack.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gatehouse::test {
namespace {

std::unique_ptr<Stack>& the_stack() {
  static std::unique_ptr<Stack> stack;
  return stack;
}

class EndsTheStack : public testing::Environment {
 public:
  void TearDown() override { the_stack().reset(); }
};

const testing::Environment* const kEndsTheStack = testing::AddGlobalTestEnvironment(new EndsTheStack);

}  // namespace

Stack& shared_stack() {
  if (!the_stack()) the_stack() = std::make_unique<Stack>();
  return *the_stack();
}

}  // namespace gatehouse::test
