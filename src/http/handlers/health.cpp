#include <nlohmann/json.hpp>

#include "http/handlers.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {

Outcome get_healthz(const Call&) {
  return json_response(200, R"({"status":"alive"})");
}

// The schema is up to date and the keys are published before the server listens, so what is left to ask is
// PostgreSQL. Redis is shown only: without it the daemon goes on, and a balancer must not take all daemons
// out.
Outcome get_readyz(const Call& call) {
  const Readiness readiness = call.backend.readiness();
  const nlohmann::ordered_json body{{"status", readiness.database ? "ready" : "not_ready"},
                                    {"postgresql", readiness.database ? "ready" : "dark"},
                                    {"redis", readiness.redis}};
  return json_response(readiness.database ? 200 : 503, body.dump());
}

}  // namespace gatehouse::http
