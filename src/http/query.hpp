// Reads the query of a request's target, name by name, and collects every fault for one answer, as Body does
// for the members of a body.
//
//   Query query(call.request);
//   const std::optional<std::string> cursor = query.text("cursor");
//   const int limit = query.number("limit", 1, 100).value_or(50);
//   if (std::optional<Problem> problem = query.problem()) return Unexpected(*problem);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"
#include "http/problem.hpp"

namespace gatehouse::http {

class Query {
 public:
  explicit Query(const Request& request);

  std::optional<std::string> text(std::string_view name);
  // A whole number in digits; noted if it is out of bounds.
  std::optional<int> number(std::string_view name, int least, int most);
  // For what only the caller can judge.
  void fault(std::string_view name, std::string_view code, std::string_view detail);

  // 422 with everything that is wrong, names that nobody asked for among it. To be called last.
  std::optional<Problem> problem();

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;  // that nobody has asked for yet
  std::vector<Problem::Member> faults_;
};

}  // namespace gatehouse::http
