#include "http/page.hpp"

#include "base/base64.hpp"
#include "base/crypto.hpp"

namespace gatehouse::http {
namespace {

constexpr const char* kLanguage = "en";

std::string_view style_of(std::string_view html) {
  constexpr std::string_view kBegin = "<style>";
  const std::size_t begin = html.find(kBegin);
  const std::size_t end = html.find("</style>");
  if (begin == html.npos || end == html.npos || end < begin) return {};
  return html.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

// CSP Level 3; 'none' is the rule and these the exceptions.
std::string content_policy(std::string_view html) {
  return "default-src 'none'; style-src 'sha256-" + base64_encode(sha256(style_of(html))) +
         "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace

Page::Page(const std::string& directory, const std::string& name)
    : template_(Template::read(directory + "/" + kLanguage + "/" + name + ".html", Markup::kHtml)),
      content_policy_(content_policy(template_.source())) {}

Response Page::answer(int status, const std::map<std::string, std::string>& values) const {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Language", kLanguage},
                      {"Content-Security-Policy", content_policy_},
                      {"Cache-Control", "no-store"},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"X-Robots-Tag", "noindex"}},
          .body = template_.render(values)};
}

}  // namespace gatehouse::http
