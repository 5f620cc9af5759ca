// HTTP as a test speaks it, on libcurl.
//
//   HttpResponse answer = HttpRequest{.url = url + "/app/", .headers = {"Authorization: Bearer " +
//   token}}.send(); EXPECT_EQ(answer.status, 200);
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::test {

struct HttpResponse {
  long status = 0;  // 0: no answer at all; `error` says why
  std::string headers;
  std::string body;
  std::string error;

  // The value of a header, "" if absent; names are compared without case.
  std::string header(std::string_view name) const;
};

struct HttpRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::string> headers{};  // "Name: value", sent as they stand
  std::string body{};
  bool http2 = false;         // with prior knowledge
  std::string unix_socket{};  // a path instead of the URL's host
  long timeout_ms = 10'000;

  // On a connection of its own.
  HttpResponse send() const;
};

// A request with a JSON body.
HttpRequest json_request(std::string method, std::string url, std::string body,
                         std::vector<std::string> headers = {});

}  // namespace gatehouse::test
