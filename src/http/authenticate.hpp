// Who makes a request: the bearer of its access token (RFC 6750 section 2.1).
#pragma once

#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"
#include "http/call.hpp"

namespace gatehouse::http {

Result<accounts::Principal, accounts::Refusal> authenticate(const Call& call);

}  // namespace gatehouse::http
