// Where a stream socket listens or connects: "unix:/path", "host:port" or "[::1]:port".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse {

struct Endpoint {
  std::string path;  // of a unix socket; empty for TCP
  std::string host;
  std::uint16_t port = 0;

  // The error says in words what is wrong with the text.
  static Result<Endpoint, std::string> parse(std::string_view text);

  bool is_unix() const { return !path.empty(); }
  std::string str() const;
};

}  // namespace gatehouse
