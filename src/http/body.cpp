#include "http/body.hpp"

#include <strings.h>

#include <algorithm>

#include "http/errors.hpp"

namespace gatehouse::http {
namespace {

// RFC 9110 section 8.3.1: the type, without its parameters. RFC 8259 gives none a meaning.
bool is_json(const Headers& headers) {
  std::string_view type = headers.only("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  constexpr std::string_view kJson = "application/json";
  return type.size() == kJson.size() && strncasecmp(type.data(), kJson.data(), kJson.size()) == 0;
}

Problem problem_of(json::Error error) {
  switch (error) {
    case json::Error::kDuplicateMember:
      return invalid_input({{"", "duplicate_member", "a member stands twice in one object"}});
    case json::Error::kNotAnObject:
      return {400, "malformed_json", "the body must be a JSON object"};
    case json::Error::kTooDeep:
      return {400, "malformed_json", "the body is nested too deeply"};
    case json::Error::kTooLarge:
      return {413, "body_too_large", "the body is larger than this server takes"};
    case json::Error::kMalformed:
      break;
  }
  return {400, "malformed_json", "the body is not JSON in UTF-8"};
}

}  // namespace

Result<Body, Problem> Body::open(const Request& request) {
  if (!is_json(request.headers))
    return Unexpected(Problem{415, "unsupported_media_type", "the body must be application/json"});
  json::Parser parser;
  const Result<json::Object, json::Error> object = parser.parse_object(request.body);
  if (!object) return Unexpected(problem_of(object.error()));
  std::vector<std::pair<std::string_view, json::Value>> members = object->members();
  return Body(std::move(parser), std::move(members));
}

Result<Body, Problem> Body::open_optional(const Request& request) {
  if (request.body.empty()) return Body(json::Parser(), {});
  return open(request);
}

std::optional<json::Value> Body::take(std::string_view name) {
  const auto member =
      std::find_if(members_.begin(), members_.end(), [&](const auto& each) { return each.first == name; });
  if (member == members_.end()) return std::nullopt;
  const json::Value value = member->second;
  members_.erase(member);
  return value;
}

void Body::fault(std::string_view name, std::string_view code, std::string_view detail) {
  faults_.push_back({std::string(name), std::string(code), std::string(detail)});
}

std::optional<std::string> Body::optional_text(std::string_view name) {
  const std::optional<json::Value> value = take(name);
  if (!value) return std::nullopt;
  const std::optional<std::string_view> text = value->string();
  if (!text) fault(name, "wrong_type", "this must be a string");
  return std::string(text.value_or(""));
}

std::string Body::text(std::string_view name) {
  std::optional<std::string> text = optional_text(name);
  if (!text) fault(name, "missing_member", "this is required");
  return std::move(text).value_or("");
}

bool Body::flag(std::string_view name) {
  const std::optional<json::Value> value = take(name);
  if (!value) return false;
  const std::optional<bool> flag = value->boolean();
  if (!flag) fault(name, "wrong_type", "this must be true or false");
  return flag.value_or(false);
}

std::string Body::one_text_of(const std::vector<std::string_view>& names) {
  std::optional<std::string> found;
  for (const std::string_view name : names) {
    std::optional<std::string> text = optional_text(name);
    if (!text) continue;
    if (found) fault(name, "conflicting_member", "another member says the same thing");
    found = std::move(text);
  }
  if (!found) fault(names.front(), "missing_member", "this is required");
  return std::move(found).value_or("");
}

void Body::repetition(std::string_view name, const Secret& first) {
  const std::optional<std::string> second = optional_text(name);
  if (second && *second != first.expose()) fault(name, "mismatch", "the two are not the same");
}

std::optional<Problem> Body::problem() {
  for (const auto& [name, value] : members_) fault(name, "unknown_member", "there is no such member");
  if (faults_.empty()) return std::nullopt;
  return invalid_input(std::move(faults_));
}

}  // namespace gatehouse::http
