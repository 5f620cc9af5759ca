// What the doctor says of one part: how it is, and if it is not well, what to do.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::ctl {

enum class Health { kOk, kWarning, kFailure };

struct Finding {
  std::string part;
  Health health;
  std::string detail;
  std::string advice{};  // empty if all is well
};

class Findings {
 public:
  void ok(std::string part, std::string detail) { add(std::move(part), Health::kOk, std::move(detail), ""); }
  void warn(std::string part, std::string detail, std::string advice) {
    add(std::move(part), Health::kWarning, std::move(detail), std::move(advice));
  }
  void fail(std::string part, std::string detail, std::string advice) {
    add(std::move(part), Health::kFailure, std::move(detail), std::move(advice));
  }

  const std::vector<Finding>& all() const { return all_; }
  Health worst() const {
    Health worst = Health::kOk;
    for (const Finding& finding : all_) worst = std::max(worst, finding.health);
    return worst;
  }

 private:
  void add(std::string part, Health health, std::string detail, std::string advice) {
    all_.push_back({std::move(part), health, std::move(detail), std::move(advice)});
  }

  std::vector<Finding> all_;
};

}  // namespace gatehouse::ctl
