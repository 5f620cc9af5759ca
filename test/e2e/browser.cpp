#include "test/e2e/browser.hpp"

#include <algorithm>
#include <regex>

namespace gatehouse::test {

std::string Browser::cookie(const std::string& name) const {
  const auto found = std::ranges::find(cookies_, name, &Cookie::name);
  return found == cookies_.end() ? "" : found->value;
}

HttpResponse Browser::send_as(HttpRequest request, const std::vector<std::string>& provenance) {
  request.headers.insert(request.headers.end(), provenance.begin(), provenance.end());
  if (const std::string jar = jar_for(request.url); !jar.empty()) request.headers.push_back("Cookie: " + jar);
  HttpResponse response = request.send();
  keep(response);
  return response;
}

std::string Browser::jar_for(const std::string& url) const {
  const std::string path = url.substr(url.find('/', url.find("://") + 3));
  std::string jar;
  for (const Cookie& cookie : cookies_)
    if (path.starts_with(cookie.path))
      jar.append(jar.empty() ? "" : "; ").append(cookie.name + "=" + cookie.value);
  return jar;
}

void Browser::keep(const HttpResponse& response) {
  static const std::regex kSetCookie("Set-Cookie: ([^=]+)=([^;\r]*); Path=([^;\r]*); Max-Age=([0-9]+)",
                                     std::regex::icase);
  const std::string& headers = response.headers;
  for (std::sregex_iterator set(headers.begin(), headers.end(), kSetCookie), end; set != end; ++set) {
    std::erase_if(cookies_, [&](const Cookie& cookie) { return cookie.name == (*set)[1]; });
    if ((*set)[4] != "0") cookies_.push_back({.name = (*set)[1], .value = (*set)[2], .path = (*set)[3]});
  }
}

}  // namespace gatehouse::test
