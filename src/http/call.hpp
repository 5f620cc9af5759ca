// One request on its way to a handler, with what the service found out about it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "base/result.hpp"
#include "http/cookies.hpp"
#include "http/message.hpp"
#include "http/page.hpp"
#include "http/problem.hpp"
#include "http/web_origins.hpp"

namespace gatehouse::http {

// Whether the daemon can work, for /readyz.
struct Readiness {
  bool database;      // PostgreSQL answers
  std::string redis;  // a word; without Redis the daemon works on
};

// What handlers work with; all of it is used by many threads at once.
struct Backend {
  accounts::Ports& ports;
  std::function<Readiness()> readiness;
  const Page& verify_email_page;
  Cookies cookies;
  WebOrigins origins;
};

struct Call {
  const Request& request;
  accounts::Origin origin;
  std::vector<std::string> parameters;  // of the path, decoded, in their order
  const Backend& backend;

  accounts::Ports& ports() const { return backend.ports; }
  // The first parameter as an id; the router lets only UUIDs pass for {id}.
  template <typename Of>
  Of id() const {
    return Of::parse(parameters.at(0)).value();
  }
};

using Outcome = Result<Response, Problem>;
// Who may call is part of a handler's type: one for the bearer of an access token cannot run without.
using PublicHandler = Outcome (*)(const Call&);
using BearerHandler = Outcome (*)(const Call&, const accounts::Principal&);

}  // namespace gatehouse::http
