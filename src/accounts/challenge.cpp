#include "accounts/challenge.hpp"

#include "accounts/names.hpp"

namespace gatehouse::accounts {
namespace {

constexpr Names<Purpose, 2> kPurposes{
    {{Purpose::kVerifyEmail, "verify_email"}, {Purpose::kResetPassword, "reset_password"}}};

}  // namespace

std::string_view name(Purpose purpose) {
  return name_in(kPurposes, purpose);
}

std::optional<Purpose> parse_purpose(std::string_view name) {
  return value_in(kPurposes, name);
}

}  // namespace gatehouse::accounts
