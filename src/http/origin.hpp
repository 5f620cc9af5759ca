// Where a request came from: the client's address and the request's id, as the proxy in front says or as seen
// here. What a client says about itself is believed only through a proxy that is.
#pragma once

#include <vector>

#include "accounts/origin.hpp"
#include "base/ip.hpp"
#include "base/random.hpp"
#include "http/message.hpp"

namespace gatehouse::http {

// The proxy is believed on a unix socket, or if it is in one of `trusted_proxies`. Of a believed proxy's
// X-Gatehouse-Client-IP that is no address nothing is left: the address is unknown, and empty.
accounts::Origin origin_of(const Request& request, const std::vector<IpNetwork>& trusted_proxies,
                           Random& random);

}  // namespace gatehouse::http
