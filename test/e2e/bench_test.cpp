// The benchmarks' own programs, at the smallest load: that they run, not what they measure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "test/support/process.hpp"
#include "test/support/shell.hpp"

namespace gatehouse {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Bench : public testing::Test {
 protected:
  test::Ran run(const std::string& words) {
    return test::run_shell("scripts/bench/run " + words + " --runs 2 --into " + folder_.path());
  }
  json results(const std::string& file) const { return json::parse(test::read_file(folder_ / file)); }

 private:
  test::TempDir folder_;
};

void expect_shape(const json& row) {
  std::set<std::string> members;
  for (const auto& [name, value] : row.items()) members.insert(name);
  EXPECT_EQ(members, (std::set<std::string>{"better", "measure", "runs", "target", "unit", "value"})) << row;
  EXPECT_FALSE(row.at("measure").get<std::string>().empty()) << row;
  EXPECT_TRUE(row.at("unit").is_string()) << row;
  EXPECT_TRUE(row.at("target").is_number() || row.at("target").is_null()) << row;
  EXPECT_TRUE(row.at("better") == "higher" || row.at("better") == "lower") << row;
  EXPECT_FALSE(row.at("runs").empty()) << row;
  for (const json& figure : row.at("runs")) EXPECT_TRUE(figure.is_number()) << row;
  EXPECT_TRUE(row.at("value").is_number()) << row;
}

TEST_F(Bench, OfTheGateLeavesItsResults) {
  const test::Ran ran = run("gate --tokens 20 --only 'first-sight|zone'");
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("first sight of a token above bare verify, ES256"));
  const json rows = results("gate.json");
  ASSERT_FALSE(rows.empty());
  for (const json& row : rows) expect_shape(row);
  EXPECT_EQ(rows.back().at("measure"), "zone bytes per block");
}

TEST_F(Bench, OfTheDaemonLeavesItsResults) {
  const test::Ran ran = run("daemon --only memory");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const json rows = results("daemon.json");
  ASSERT_EQ(rows.size(), 1U);
  expect_shape(rows.front());
}

TEST_F(Bench, NamesThePartsWhenNoneIsMeant) {
  const test::Ran ran = run("gate --only tokens");
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.output, HasSubstr("throughput many-blocks first-sight enforcement"));
}

}  // namespace
}  // namespace gatehouse
