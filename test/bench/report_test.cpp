#include "test/bench/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace gatehouse::bench {
namespace {

TEST(BenchmarkReport, TheValueIsTheMedianOfTheRuns) {
  EXPECT_EQ((Measure{.measure = "m", .unit = "", .runs = {3, 1, 2}}).value(), 2);
  EXPECT_EQ((Measure{.measure = "m", .unit = "", .runs = {4, 1, 2, 3}}).value(), 2.5);
  EXPECT_EQ((Measure{.measure = "m", .unit = ""}).value(), 0);
}

TEST(BenchmarkReport, APercentileIsOneOfTheValues) {
  std::vector<double> values;
  for (int i = 100; i > 0; --i) values.push_back(i);
  EXPECT_EQ(percentile(values, 0.5), 50);
  EXPECT_EQ(percentile(values, 0.99), 99);
  EXPECT_EQ(percentile(values, 1), 100);
  EXPECT_EQ(percentile({7}, 0.99), 7);
  EXPECT_EQ(percentile({}, 0.99), 0);
}

TEST(BenchmarkReport, ATargetIsMissedOnItsWrongSideOnly) {
  const auto met = [](Better better, double value) {
    return Measure{.measure = "m", .unit = "", .target = 10, .better = better, .runs = {value}}.met();
  };
  EXPECT_TRUE(met(Better::kHigher, 10));
  EXPECT_FALSE(met(Better::kHigher, 9.9));
  EXPECT_TRUE(met(Better::kLower, 10));
  EXPECT_FALSE(met(Better::kLower, 10.1));
  EXPECT_TRUE((Measure{.measure = "m", .unit = "", .runs = {1}}).met())
      << "without a target nothing is missed";
}

TEST(BenchmarkReport, TheJsonHasItsSixMembersForEachMeasure) {
  Report report;
  report.add({.measure = "speed", .unit = "1/s", .target = 5, .runs = {4, 6, 8}});
  report.add({.measure = "size", .unit = "B", .better = Better::kLower, .runs = {1}});
  const auto list = nlohmann::json::parse(report.json());
  EXPECT_EQ(list[0], (nlohmann::json{{"measure", "speed"},
                                     {"value", 6.0},
                                     {"unit", "1/s"},
                                     {"target", 5.0},
                                     {"better", "higher"},
                                     {"runs", {4.0, 6.0, 8.0}}}));
  EXPECT_EQ(list[1].at("better"), "lower");
  EXPECT_TRUE(list[1].at("target").is_null());
}

TEST(BenchmarkReport, TheTableSaysWhatIsMissed) {
  Report report;
  report.add({.measure = "slow", .unit = "1/s", .target = 5, .runs = {4}});
  EXPECT_NE(report.table().find("MISSED"), std::string::npos);
  Report other;
  other.add({.measure = "fast", .unit = "1/s", .target = 5, .runs = {6}});
  EXPECT_EQ(other.table().find("MISSED"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::bench
