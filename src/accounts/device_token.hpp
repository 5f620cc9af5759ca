// What a client keeps to be known as the same device again: base64url(version ‖ browser id ‖ HMAC-SHA-256).
#pragma once

#include <optional>
#include <string_view>

#include "accounts/ids.hpp"
#include "accounts/secrets.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

Secret make_device_token(BrowserId browser, const Secrets& secrets);
// Nothing for a token that we have not made.
std::optional<BrowserId> read_device_token(std::string_view token, const Secrets& secrets);

}  // namespace gatehouse::accounts
