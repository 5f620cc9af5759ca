#include "accounts/password_rule.hpp"

#include "base/text.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kLongest = 128;

Fault fault(const char* code, const char* detail) {
  return {.member = "password", .code = code, .detail = detail};
}

}  // namespace

std::optional<Fault> password_fault(const Secret& password, std::string_view username,
                                    std::string_view email) {
  const std::string_view text = password.expose();
  const std::optional<std::size_t> length = utf8_length(text);
  if (!length || text.find('\0') != std::string_view::npos)
    return fault("invalid_password", "The password must be text without the NUL character.");
  if (*length < kShortest) return fault("weak_password", "The password must have at least 8 characters.");
  if (*length > kLongest) return fault("invalid_password", "The password must have at most 128 characters.");
  const std::string lower = ascii_lower(text);
  if (lower == ascii_lower(username) || lower == ascii_lower(email))
    return fault("weak_password", "The password must not be the username or the email address.");
  return std::nullopt;
}

}  // namespace gatehouse::accounts
