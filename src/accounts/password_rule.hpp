// What a new password must be like (NIST SP 800-63B section 5.1.1.2: length, no composition rules).
#pragma once

#include <optional>
#include <string_view>

#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

// The fault of the member "password", if it has one: 8 to 128 code points of UTF-8 without NUL, neither the
// username nor the address.
std::optional<Fault> password_fault(const Secret& password, std::string_view username,
                                    std::string_view email);

}  // namespace gatehouse::accounts
