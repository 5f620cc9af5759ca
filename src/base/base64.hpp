// base64 with padding (RFC 4648 section 4), as mails and Content-Security-Policy want it. Tokens have
// base64url (jose/base64url.hpp).
#pragma once

#include <string>
#include <string_view>

namespace gatehouse {

std::string base64_encode(std::string_view bytes);

}  // namespace gatehouse
