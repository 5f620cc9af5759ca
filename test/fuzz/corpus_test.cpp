#include <gtest/gtest.h>

#include <filesystem>

#include "test/fuzz/harness.hpp"
#include "test/support/process.hpp"

namespace gatehouse::fuzz {
namespace {

TEST(Fuzzing, EveryHarnessTakesItsCorpus) {
  ASSERT_FALSE(harnesses().empty());
  for (const Harness& harness : harnesses()) {
    const std::filesystem::path corpus = "test/fuzz/corpus/" + std::string(harness.name);
    std::size_t inputs = 0;
    harness.run("");
    for (const auto& file : std::filesystem::directory_iterator(corpus)) {
      harness.run(test::read_file(file.path()));
      ++inputs;
    }
    EXPECT_GT(inputs, 0U) << corpus;
  }
}

}  // namespace
}  // namespace gatehouse::fuzz
