// What the server hands its requests to: finds the route, takes its lane, authenticates, calls the handler
// and turns every outcome, exceptions too, into an answer with the request's id.
#pragma once

#include <vector>

#include "base/ip.hpp"
#include "base/random.hpp"
#include "http/call.hpp"
#include "http/lanes.hpp"
#include "http/router.hpp"

namespace gatehouse::http {

class Service {
 public:
  // All of the arguments outlive the service.
  Service(const std::vector<Route>& routes, const Backend& backend, Lanes& lanes,
          const std::vector<IpNetwork>& trusted_proxies, Random& random)
      : router_(routes),
        backend_(backend),
        lanes_(lanes),
        trusted_proxies_(trusted_proxies),
        random_(random) {}

  // A Handler: returns at once; the reply may come from another thread.
  void operator()(Request request, Reply reply);

 private:
  class Exchange;

  Router router_;
  const Backend& backend_;
  Lanes& lanes_;
  const std::vector<IpNetwork>& trusted_proxies_;
  Random& random_;
};

}  // namespace gatehouse::http
