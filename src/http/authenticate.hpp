// Who makes a request: the bearer of its access token, in the Authorization header (RFC 6750 section 2.1) or
// else in the cookie (cookies.hpp).
#pragma once

#include "accounts/principal.hpp"
#include "http/call.hpp"

namespace gatehouse::http {

// A token in the cookie does not stand for what another site may have caused: 403 cross_site.
Result<accounts::Principal, Problem> authenticate(const Call& call);

}  // namespace gatehouse::http
