#include "http/router.hpp"

#include <algorithm>
#include <optional>

#include "base/percent.hpp"
#include "base/uuid.hpp"

namespace gatehouse::http {
namespace {

constexpr std::string_view kId = "{id}";
constexpr std::string_view kToken = "{token}";

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<std::vector<std::string>> decoded_segments(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<std::string> segments;
  for (const std::string_view segment : split(path)) {
    std::optional<std::string> decoded = percent_decode(segment);
    if (!decoded) return std::nullopt;
    segments.push_back(std::move(*decoded));
  }
  return segments;
}

// The parameters, if the segments fit the pattern.
std::optional<std::vector<std::string>> fit(const std::vector<std::string_view>& pattern,
                                            const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == kId) {
      if (!Uuid::parse(segments[i])) return std::nullopt;
      parameters.push_back(segments[i]);
    } else if (pattern[i] == kToken) {
      parameters.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

Router::Router(const std::vector<Route>& routes) {
  for (const Route& route : routes) entries_.push_back({&route, split(route.pattern)});
}

Found Router::find(std::string_view method, std::string_view path) const {
  const auto segments = decoded_segments(path);
  if (!segments) return NoSuchPath{};
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::string allow;
  for (const Entry& entry : entries_) {
    auto parameters = fit(entry.segments, *segments);
    if (!parameters) continue;
    if (entry.route->method == wanted) return Match{entry.route, std::move(*parameters)};
    allow.append(entry.route->method).append(entry.route->method == "GET" ? ", HEAD, " : ", ");
  }
  if (allow.empty()) return NoSuchPath{};
  return OtherMethods{allow + "OPTIONS"};
}

}  // namespace gatehouse::http
