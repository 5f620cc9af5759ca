// Where Redis is and who we are there.
#pragma once

#include <string>

#include "base/endpoint.hpp"
#include "base/secret.hpp"

namespace gatehouse::live {

struct Server {
  Endpoint address;
  std::string user{};  // empty: the default user
  Secret password{};   // empty: none
  int database = 0;
};

}  // namespace gatehouse::live
