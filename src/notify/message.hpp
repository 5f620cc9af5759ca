// A mail as text (RFC 5322, RFC 2045 to 2047), ready for any transport.
#pragma once

#include <string>

#include "base/mailbox.hpp"
#include "base/time.hpp"
#include "notify/transport.hpp"

namespace gatehouse::notify {

struct Letter {
  std::string id;  // unique, the same at each try; also makes the Message-ID
  Mailbox from;
  std::string to;            // an address
  std::string bounces_to{};  // the envelope's sender, an address; empty: that of `from`
  std::string subject;       // UTF-8
  std::string body;          // UTF-8, lines end with LF
  Time date;
};

// The error names a value that must not be written: no recipient that is an address, or a subject that could
// begin another header. Addresses have ASCII alone, names and subjects any UTF-8 (RFC 2047).
Result<Message, std::string> compose(const Letter& letter);

}  // namespace gatehouse::notify
