// How a finished message leaves the house.
#pragma once

#include <string>

#include "base/result.hpp"

namespace gatehouse::notify {

struct Message {
  std::string id;    // unique for the mail, the same at each try; file-name safe
  std::string from;  // an address
  std::string to;    // an address
  std::string text;  // RFC 5322, lines end with CRLF
};

class Transport {
 public:
  virtual ~Transport() = default;
  // The error says for the log what went wrong; the message is tried again later.
  virtual Result<void, std::string> send(const Message& message) = 0;
};

}  // namespace gatehouse::notify
