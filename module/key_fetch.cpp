#include "module/key_fetch.hpp"

#include <curl/curl.h>

#include <charconv>
#include <memory>

#include "base/text.hpp"

namespace gatehouse::gate {
namespace {

constexpr long kConnectTimeout = 2'000;  // milliseconds
constexpr long kTimeout = 5'000;
constexpr std::size_t kMaxSize = 256 * 1024;
constexpr long kOk = 200;

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

struct Transfer {
  FetchedKeys keys;
  const std::stop_token& stop;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  std::string& text = static_cast<Transfer*>(user)->keys.text;
  if (text.size() + size > kMaxSize) return 0;
  text.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  constexpr std::string_view kName = "cache-control:";
  const std::string line = ascii_lower({data, size});
  if (line.starts_with(kName))
    static_cast<Transfer*>(user)->keys.max_age = max_age_of(std::string_view(line).substr(kName.size()));
  return size;
}

int should_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_this_machine(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

}  // namespace

std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control) {
  const std::string value = ascii_lower(cache_control);
  for (const std::string_view never : {"no-store", "no-cache"})
    if (value.find(never) != value.npos) return std::chrono::seconds(0);
  constexpr std::string_view kMaxAge = "max-age=";
  // Not the end of "s-maxage=" or of an extension.
  for (std::size_t at = value.find(kMaxAge); at != value.npos; at = value.find(kMaxAge, at + 1)) {
    if (at != 0 && value[at - 1] != ' ' && value[at - 1] != ',') continue;
    const char* begin = value.data() + at + kMaxAge.size();
    std::uint32_t seconds = 0;
    if (std::from_chars(begin, value.data() + value.size(), seconds).ec == std::errc{})
      return std::chrono::seconds(seconds);
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_url(const std::string& text) {
  const Url url(curl_url(), &curl_url_cleanup);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return "is not a url";
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  if (scheme == "https") return std::nullopt;
  if (scheme != "http") return "is neither https nor http";
  if (!is_this_machine(part_of(url, CURLUPART_HOST)))
    return "must be https: over http, keys are believed from 127.0.0.1, [::1] and localhost only";
  return std::nullopt;
}

Result<FetchedKeys, std::string> fetch_keys(const KeySource& source, const std::stop_token& stop) {
  const Easy easy(curl_easy_init(), &curl_easy_cleanup);
  if (!easy) return Unexpected<std::string>("libcurl does not start");
  CURL* curl = easy.get();
  Transfer transfer{{}, stop};
  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, source.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!source.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, source.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeout);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeout);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, should_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);

  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_WRITE_ERROR) return Unexpected<std::string>("the answer is larger than 256 KiB");
  if (code != CURLE_OK) return Unexpected<std::string>(*why != '\0' ? why : curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != kOk) return Unexpected<std::string>("the answer has status " + std::to_string(status));
  return std::move(transfer.keys);
}

}  // namespace gatehouse::gate
