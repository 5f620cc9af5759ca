// What a benchmark found: one row a measure, the median of its runs beside its target.
//
//   Report report;
//   report.add({.measure = "static: decision", .unit = "ratio", .target = 0.93, .runs = {0.94, 0.93, 0.95}});
//   std::cout << report.table();
//   write_file(".bench/gate.json", report.json());
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::bench {

enum class Better { kHigher, kLower };

struct Measure {
  std::string measure;
  std::string unit;
  std::optional<double> target{};  // none: to compare with, not to reach
  Better better = Better::kHigher;
  std::vector<double> runs{};

  double value() const;  // the median
  bool met() const;
};

// Of a few figures; 0 for none.
double median(std::vector<double> values);
// The smallest value that `share` of the values do not exceed; 0 for none.
double percentile(std::vector<double> values, double share);

class Report {
 public:
  void add(Measure measure);
  // What a figure was made of, for who wants to look closer: one JSON object a line.
  void keep(const nlohmann::json& row);

  std::string table() const;
  // A list of {measure, value, unit, target, better, runs}.
  std::string json() const;
  const std::string& rows() const { return rows_; }

 private:
  std::vector<Measure> measures_;
  std::string rows_;
};

}  // namespace gatehouse::bench
