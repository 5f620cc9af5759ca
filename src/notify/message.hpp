// A mail as text (RFC 5322, RFC 2045 to 2047), ready for any transport.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "notify/transport.hpp"

namespace gatehouse::notify {

struct Mailbox {
  std::string name;     // may be empty
  std::string address;  // not empty
};

// "address" or "Name <address>", without control characters.
std::optional<Mailbox> parse_mailbox(std::string_view text);

struct Letter {
  std::string id;  // unique, the same at each try; also makes the Message-ID
  Mailbox from;
  std::string to;
  std::string subject;  // UTF-8
  std::string body;     // UTF-8, lines end with LF
  Time date;
};

// The error names a header value that must not be written: control characters could start another header.
Result<Message, std::string> compose(const Letter& letter);

}  // namespace gatehouse::notify
