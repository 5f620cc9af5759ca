#include "test/bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace gatehouse::bench {
namespace {

std::string figure(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e9) return fmt::format("{:.0f}", value);
  return std::abs(value) < 10 ? fmt::format("{:.3f}", value) : fmt::format("{:.1f}", value);
}

std::string target_of(const Measure& measure) {
  if (!measure.target) return "";
  return (measure.better == Better::kHigher ? ">= " : "<= ") + figure(*measure.target);
}

std::string spread_of(const Measure& measure) {
  const auto [least, most] = std::ranges::minmax_element(measure.runs);
  return measure.runs.empty() ? "" : figure(*least) + " .. " + figure(*most);
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

double Measure::value() const {
  return median(runs);
}

bool Measure::met() const {
  if (!target) return true;
  return better == Better::kHigher ? value() >= *target : value() <= *target;
}

void Report::add(Measure measure) {
  measures_.push_back(std::move(measure));
}

void Report::keep(const nlohmann::json& row) {
  rows_ += row.dump() + '\n';
}

std::string Report::table() const {
  std::string text =
      fmt::format("{:<58}{:>10}  {:<8}{:>10}  {:<7}{}\n", "measure", "value", "unit", "target", "", "runs");
  for (const Measure& measure : measures_)
    text += fmt::format("{:<58}{:>10}  {:<8}{:>10}  {:<7}{}\n", measure.measure, figure(measure.value()),
                        measure.unit, target_of(measure), measure.met() ? "" : "MISSED", spread_of(measure));
  return text;
}

std::string Report::json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Measure& measure : measures_) {
    nlohmann::ordered_json row;
    row["measure"] = measure.measure;
    row["value"] = measure.value();
    row["unit"] = measure.unit;
    row["target"] = measure.target ? nlohmann::ordered_json(*measure.target) : nlohmann::ordered_json();
    row["better"] = measure.better == Better::kHigher ? "higher" : "lower";
    row["runs"] = measure.runs;
    list.push_back(std::move(row));
  }
  return list.dump(2) + '\n';
}

}  // namespace gatehouse::bench
