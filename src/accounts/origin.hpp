// Where a request came from, as far as the log has to know it.
#pragma once

#include <string>

namespace gatehouse::accounts {

struct Origin {
  std::string ip;          // an IPv4 or IPv6 address in text form; empty if there is none (the command line)
  std::string user_agent;  // as sent; cut to 512 bytes where it is stored
  std::string request_id;
  std::string unix_user{};  // who runs gatehousectl; empty for all that comes by HTTP
};

}  // namespace gatehouse::accounts
