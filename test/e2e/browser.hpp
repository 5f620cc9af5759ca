// A browser as far as cookies go: it keeps what it is given, sends it where it belongs, and says which site
// the page is of that makes it ask.
#pragma once

#include <string>
#include <vector>

#include "test/support/http_client.hpp"

namespace gatehouse::test {

class Browser {
 public:
  // By a page of the site itself.
  HttpResponse send(HttpRequest request) {
    return send_as(std::move(request), {"Sec-Fetch-Site: same-origin"});
  }
  // By a page of another site, with the cookies that a browser would keep back.
  HttpResponse send_cross_site(HttpRequest request) {
    return send_as(std::move(request), {"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"});
  }

  // The value of a cookie; "" if there is none.
  std::string cookie(const std::string& name) const;

 private:
  struct Cookie {
    std::string name;
    std::string value;
    std::string path;
  };

  HttpResponse send_as(HttpRequest request, const std::vector<std::string>& provenance);
  std::string jar_for(const std::string& url) const;
  void keep(const HttpResponse& response);

  std::vector<Cookie> cookies_;
};

}  // namespace gatehouse::test
