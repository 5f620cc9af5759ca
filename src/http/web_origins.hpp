// Which sites' pages may use the API in a browser: those of the own origin, and of the ones that the operator
// allows. Guards what a cookie authorises against other sites, and lets allowed ones read the answers (CORS).
//
//   const WebOrigins origins("https://example.org", {"https://app.example.org"});
//   if (std::optional<Problem> problem = origins.refuse_cross_site(request)) …;
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "http/problem.hpp"

namespace gatehouse::http {

class WebOrigins {
 public:
  // Each as browsers write it (base/web_origin.hpp).
  WebOrigins(std::string own, std::vector<std::string> allowed)
      : own_(std::move(own)), allowed_(std::move(allowed)) {}

  // 403 cross_site for a request that another site's page may have caused. A method that changes nothing
  // passes: the page cannot read the answer.
  std::optional<Problem> refuse_cross_site(const Request& request) const;

  // What lets the page of an allowed origin read this answer (Fetch standard, section 3.2).
  void let_read(const Request& request, Response& response) const;
  // The answer to the question of such a page whether it may make a request; `methods` are those of the path.
  void let_ask(const Request& request, const std::string& methods, Response& response) const;

 private:
  bool is_allowed(const Request& request) const;

  std::string own_;
  std::vector<std::string> allowed_;
};

}  // namespace gatehouse::http
