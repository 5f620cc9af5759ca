// The answers that several handlers give.
#pragma once

#include <string>

#include "accounts/enforcement.hpp"
#include "http/message.hpp"

namespace gatehouse::http {

// `text` is JSON. Not to be stored by any cache.
Response json_response(int status, const std::string& text);
// 204.
Response no_content();
// What takes effect at the gates: 204 if it has, 202 if it is committed and will.
Response enforced(accounts::Enforcement enforcement);

}  // namespace gatehouse::http
