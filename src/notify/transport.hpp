// How a finished message leaves the house.
#pragma once

#include <string>

#include "base/result.hpp"

namespace gatehouse::notify {

struct Message {
  std::string id;       // unique for the mail, the same at each try; file-name safe
  std::string from;     // the envelope's sender: an address
  std::string to;       // an address
  std::string subject;  // UTF-8
  std::string body;     // UTF-8, lines end with LF
  std::string text;     // the whole of it (RFC 5322), lines end with CRLF
};

struct SendError {
  std::string what;        // for the log and the operator, without the recipient's address
  bool permanent = false;  // another try would end the same way
};

class Transport {
 public:
  virtual ~Transport() = default;
  // One at a time.
  virtual Result<void, SendError> send(const Message& message) = 0;
};

}  // namespace gatehouse::notify
