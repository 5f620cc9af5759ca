#include "test/support/http_client.hpp"

#include <curl/curl.h>

#include <strings.h>
#include <memory>
#include <stdexcept>

namespace gatehouse::test {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  static_cast<std::string*>(target)->append(data, size * count);
  return size * count;
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  std::size_t from = 0;
  while (from < headers.size()) {
    const std::size_t end = headers.find("\r\n", from);
    const std::string_view line = std::string_view(headers).substr(from, end - from);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      const std::size_t value = line.find_first_not_of(' ', name.size() + 1);
      return value == line.npos ? "" : std::string(line.substr(value));
    }
    if (end == headers.npos) break;
    from = end + 2;
  }
  return "";
}

HttpResponse HttpRequest::send() const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) throw std::runtime_error("curl_easy_init failed");
  curl_slist* list = nullptr;
  for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owner(list, curl_slist_free_all);

  HttpResponse response;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_TIMEOUT_MS, timeout_ms);
  set(CURLOPT_HTTPHEADER, list);
  set(CURLOPT_WRITEFUNCTION, append);
  set(CURLOPT_WRITEDATA, &response.body);
  set(CURLOPT_HEADERFUNCTION, append);
  set(CURLOPT_HEADERDATA, &response.headers);
  set(CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1);
  if (!unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, unix_socket.c_str());
  if (method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    set(CURLOPT_POSTFIELDS, body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  set(CURLOPT_CUSTOMREQUEST, method.c_str());

  const CURLcode code = curl_easy_perform(curl.get());
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &response.status);
  if (code != CURLE_OK) {
    response.error = curl_easy_strerror(code);
    response.status = 0;
  }
  return response;
}

HttpRequest json_request(std::string method, std::string url, std::string body,
                         std::vector<std::string> headers) {
  headers.emplace_back("Content-Type: application/json");
  return {.url = std::move(url),
          .method = std::move(method),
          .headers = std::move(headers),
          .body = std::move(body)};
}

}  // namespace gatehouse::test
