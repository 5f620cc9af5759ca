// Where Redis is and who we are there.
#pragma once

#include <string>

#include "base/secret.hpp"

namespace gatehouse::live {

struct Endpoint {
  std::string address;  // "unix:/path" or "host:port"
  std::string user{};   // empty: the default user
  Secret password{};    // empty: none
  int database = 0;
};

}  // namespace gatehouse::live
