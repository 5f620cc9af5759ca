#include "http/web_origins.hpp"

#include <algorithm>

namespace gatehouse::http {
namespace {

// RFC 9110 section 9.2.1.
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// How long a browser may remember what it was told; they cut it to two hours or less.
constexpr const char* kPreflightLife = "600";

}  // namespace

bool WebOrigins::is_allowed(const Request& request) const {
  const std::optional<std::string_view> origin = request.headers.only("Origin");
  return origin && std::ranges::find(allowed_, *origin) != allowed_.end();
}

// What browsers say about where a request comes from no page can change (Fetch Metadata). Programs that are
// no browsers say nothing; they have no cookies to protect, and no use for them.
std::optional<Problem> WebOrigins::refuse_cross_site(const Request& request) const {
  if (is_safe(request.method)) return std::nullopt;
  const std::optional<std::string_view> site = request.headers.only("Sec-Fetch-Site");
  if (site == "same-origin" || site == "none") return std::nullopt;
  if (request.headers.only("Origin") == own_ || is_allowed(request)) return std::nullopt;
  return Problem{403, "cross_site",
                 "with cookies, requests of this kind are taken from allowed origins alone"};
}

void WebOrigins::let_read(const Request& request, Response& response) const {
  if (allowed_.empty()) return;
  response.headers.add("Vary", "Origin");
  if (!is_allowed(request)) return;
  response.headers.add("Access-Control-Allow-Origin", std::string(*request.headers.only("Origin")));
  response.headers.add("Access-Control-Allow-Credentials", "true");
  response.headers.add("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate, X-Request-ID");
}

void WebOrigins::let_ask(const Request& request, const std::string& methods, Response& response) const {
  if (!is_allowed(request) || request.headers.count("Access-Control-Request-Method") == 0) return;
  response.headers.add("Access-Control-Allow-Methods", methods);
  response.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Device-Token");
  response.headers.add("Access-Control-Max-Age", kPreflightLife);
}

}  // namespace gatehouse::http
