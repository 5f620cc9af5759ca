// Who a mail is from: an address, perhaps with a name (RFC 5322 section 3.4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

struct Mailbox {
  std::string name;     // UTF-8; may be empty
  std::string address;  // printable ASCII; not empty

  // "address" or "Name <address>". No control characters, which could begin another header. An address has
  // ASCII alone: those beyond (RFC 6531) many servers still refuse.
  static std::optional<Mailbox> parse(std::string_view text);
};

}  // namespace gatehouse
