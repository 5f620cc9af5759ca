// Reads the JSON object of a request's body, member by member, and collects every fault for one answer.
//
//   Result<Body, Problem> body = Body::open(call.request);
//   if (!body) return Unexpected(body.error());
//   const std::string username = body->text("username");
//   const std::optional<std::string> name = body->optional_text("device_name");
//   if (std::optional<Problem> problem = body->problem()) return Unexpected(*problem);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/document.hpp"

namespace gatehouse::http {

class Body {
 public:
  // 415 if it is not application/json, 400 if it is not one JSON object in UTF-8, 422 if a member stands
  // twice.
  static Result<Body, Problem> open(const Request& request);
  // The same, but no body at all is an empty object.
  static Result<Body, Problem> open_optional(const Request& request);

  // A string that must be there; empty, and noted, if it is not.
  std::string text(std::string_view name);
  Secret secret(std::string_view name) { return Secret(text(name)); }
  std::optional<std::string> optional_text(std::string_view name);
  // False if it is not there.
  bool flag(std::string_view name);
  // Of several names for one thing exactly one must be there.
  std::string one_text_of(const std::vector<std::string_view>& names);

  // An optional member that says another one a second time.
  void repetition(std::string_view name, const Secret& first);

  // 422 with everything that is wrong, members that nobody asked for among it. To be called last.
  std::optional<Problem> problem();

 private:
  Body(json::Parser parser, std::vector<std::pair<std::string_view, json::Value>> members)
      : parser_(std::move(parser)), members_(std::move(members)) {}

  std::optional<json::Value> take(std::string_view name);
  void fault(std::string_view name, std::string_view code, std::string_view detail);

  json::Parser parser_;                                            // owns what the members point into
  std::vector<std::pair<std::string_view, json::Value>> members_;  // that nobody has asked for yet
  std::vector<Problem::Member> faults_;
};

}  // namespace gatehouse::http
