#include "ctl/doctor/http_probe.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/text.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kLargestBody = 64 * 1024;
constexpr long kPatience = 5;  // seconds

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = static_cast<Probed*>(into)->body;
  body.append(data, std::min(size, kLargestBody - body.size()));
  return size;
}

std::size_t keep_challenge(char* data, std::size_t, std::size_t size, void* into) {
  constexpr std::string_view kName = "www-authenticate:";
  const std::string_view line(data, size);
  if (ascii_lower(line.substr(0, kName.size())) == kName)
    static_cast<Probed*>(into)->challenge = line.substr(kName.size());
  return size;
}

}  // namespace

Result<Probed, std::string> probe(const std::string& url, const std::string& unix_socket) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  Probed probed{};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kPatience);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  if (!unix_socket.empty()) curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, unix_socket.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &probed);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, keep_challenge);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &probed);
  if (const CURLcode failed = curl_easy_perform(curl.get()); failed != CURLE_OK)
    return Unexpected<std::string>(curl_easy_strerror(failed));
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &probed.status);
  return probed;
}

}  // namespace gatehouse::ctl
