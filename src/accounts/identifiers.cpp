#include "accounts/identifiers.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace gatehouse::accounts {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

// RFC 5322 section 3.2.3, atext or the dot between two of them.
bool is_local_character(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

bool is_local_part(std::string_view local) {
  return !local.empty() && local.size() <= 64 && local.front() != '.' && local.back() != '.' &&
         local.find("..") == std::string_view::npos && std::ranges::all_of(local, is_local_character);
}

// RFC 1123 section 2.1.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && is_alphanumeric(label.front()) &&
         is_alphanumeric(label.back()) &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  int labels = 0;
  for (std::size_t dot = 0; dot != std::string_view::npos; ++labels) {
    dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    domain.remove_prefix(dot == std::string_view::npos ? domain.size() : dot + 1);
  }
  return labels >= 2;
}

}  // namespace

std::optional<std::string> username_key(std::string_view username) {
  if (username.size() < 3 || username.size() > 32 || !is_alphanumeric(username.front()) ||
      !is_alphanumeric(username.back()) || !std::ranges::all_of(username, is_name_character))
    return std::nullopt;
  return ascii_lower(username);
}

std::optional<std::string> email_key(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (email.size() > 254 || at == std::string_view::npos || !is_local_part(email.substr(0, at)) ||
      !is_domain(email.substr(at + 1)))
    return std::nullopt;
  return ascii_lower(email);
}

}  // namespace gatehouse::accounts
