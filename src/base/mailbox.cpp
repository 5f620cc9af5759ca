#include "base/mailbox.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace gatehouse {
namespace {

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != text.npos && at + 1 < text.size() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; }) &&
         text.find_first_of("<>\"(),:;\\[]") == text.npos && text.find('@', at + 1) == text.npos;
}

}  // namespace

std::optional<Mailbox> Mailbox::parse(std::string_view text) {
  // What is printable stays as it is.
  if (printable(text, text.size()) != text) return std::nullopt;
  Mailbox mailbox;
  const std::size_t open = text.find('<');
  if (open == text.npos) {
    mailbox.address = text;
  } else {
    if (!text.ends_with('>')) return std::nullopt;
    mailbox.name = text.substr(0, open);
    while (mailbox.name.ends_with(' ')) mailbox.name.pop_back();
    mailbox.address = text.substr(open + 1, text.size() - open - 2);
  }
  if (!is_address(mailbox.address)) return std::nullopt;
  return mailbox;
}

}  // namespace gatehouse
