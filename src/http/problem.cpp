#include "http/problem.hpp"

#include <nlohmann/json.hpp>

namespace gatehouse::http {
namespace {

// The reason phrases of RFC 9110 section 15, for the statuses in use.
const char* title(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

}  // namespace

Response answer(const Problem& problem, const std::string& request_id) {
  nlohmann::ordered_json body{{"type", "about:blank"},
                              {"title", title(problem.status)},
                              {"status", problem.status},
                              {"code", problem.code}};
  if (!problem.detail.empty()) body["detail"] = problem.detail;
  if (!request_id.empty()) body["request_id"] = request_id;
  for (const Problem::Member& member : problem.members)
    body["errors"].push_back({{"member", member.name}, {"code", member.code}, {"detail", member.detail}});

  // A member's name comes from the client and may be anything.
  const auto replace = nlohmann::json::error_handler_t::replace;
  Response response{.status = problem.status,
                    .headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
                    .body = body.dump(-1, ' ', false, replace) + "\n"};
  for (const Headers::Field& field : problem.headers) response.headers.add(field.name, field.value);
  return response;
}

}  // namespace gatehouse::http
