#include "http/query.hpp"

#include <algorithm>
#include <charconv>

#include "base/percent.hpp"
#include "http/errors.hpp"

namespace gatehouse::http {

Query::Query(const Request& request) {
  const std::size_t mark = request.target.find('?');
  std::string_view rest = mark == std::string::npos ? "" : std::string_view(request.target).substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (name && value)
      parameters_.emplace_back(std::move(*name), std::move(*value));
    else
      fault(pair.substr(0, equals), "malformed_parameter", "a % must begin an encoded byte");
  }
}

void Query::fault(std::string_view name, std::string_view code, std::string_view detail) {
  faults_.push_back({std::string(name), std::string(code), std::string(detail)});
}

std::optional<std::string> Query::text(std::string_view name) {
  std::optional<std::string> found;
  std::erase_if(parameters_, [&](const auto& parameter) {
    if (parameter.first != name) return false;
    if (found) fault(name, "duplicate_parameter", "this stands twice");
    found = parameter.second;
    return true;
  });
  return found;
}

std::optional<int> Query::number(std::string_view name, int least, int most) {
  const std::optional<std::string> digits = text(name);
  if (!digits) return std::nullopt;
  int number = 0;
  const char* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, number);
  if (error == std::errc{} && stop == end && number >= least && number <= most) return number;
  fault(name, "invalid_" + std::string(name),
        "this must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<Problem> Query::problem() {
  for (const auto& [name, value] : parameters_)
    fault(name, "unknown_parameter", "there is no such parameter");
  if (faults_.empty()) return std::nullopt;
  return invalid_input(std::move(faults_));
}

}  // namespace gatehouse::http
