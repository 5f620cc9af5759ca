// A JWK Set over HTTP.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.hpp"
#include "module/key_source.hpp"

namespace gatehouse::gate {

struct FetchedKeys {
  std::string text;
  std::optional<std::chrono::seconds> max_age;  // what Cache-Control says
};

// Blocks for at most five seconds, less once it is to stop. The server's certificate is verified and no
// redirect followed. The error says in words what went wrong, without the url.
Result<FetchedKeys, std::string> fetch_keys(const KeySource& source, const std::stop_token& stop);

// What is wrong with a url as the source of keys, in words; std::nullopt if nothing.
std::optional<std::string> fault_of_url(const std::string& url);

// From the value of a Cache-Control header (RFC 9111 section 5.2.2).
std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control);

}  // namespace gatehouse::gate
