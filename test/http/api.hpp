// The daemon's API but the sockets: every request goes through routes, lanes, authentication and handlers to
// the use cases and a real PostgreSQL.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/routes.hpp"
#include "http/service.hpp"
#include "test/support/house.hpp"

namespace gatehouse::http {

using nlohmann::json;
using test::House;
using test::Member;

inline const LaneSizes kLanes{.quick = {.threads = 2, .waiting = 100},
                              .password = {.threads = 2, .waiting = 100}};
inline const std::vector<IpNetwork> kNoProxies;
inline const Page& verify_email_page() {
  static const Page page("src/notify/templates", "verify_email");
  return page;
}
inline const WebOrigins kOrigins{"https://example.org", {"https://app.example.org"}};

inline Request request(const std::string& method, const std::string& path, const std::string& body = {},
                       Headers headers = {}) {
  if (!body.empty() && headers.count("Content-Type") == 0) headers.add("Content-Type", "application/json");
  headers.add("X-Gatehouse-Client-IP", "203.0.113.5");
  headers.add("User-Agent", "Test/1.0");
  return {.method = method,
          .target = path,
          .version = "HTTP/1.1",
          .headers = std::move(headers),
          .body = body,
          .peer = {.unix_socket = true, .address = {}}};
}

inline Response send(Service& service, Request request) {
  std::promise<Response> answered;
  service(std::move(request), [&](Response response) { answered.set_value(std::move(response)); });
  return answered.get_future().get();
}

// "<status> <code>" of a problem, "<status>" of anything else.
inline std::string outcome(const Response& response) {
  const json body = json::parse(response.body, nullptr, false);
  const bool is_problem = response.headers.only("Content-Type") == "application/problem+json";
  return std::to_string(response.status) + (is_problem ? " " + body.value("code", "") : "");
}

class ApiTest : public testing::Test {
 protected:
  Response call(const std::string& method, const std::string& path, const std::string& body = {},
                Headers headers = {}) {
    return send(service_, request(method, "/auth/v1" + path, body, std::move(headers)));
  }
  Response call(const accounts::Login& login, const std::string& method, const std::string& path,
                const std::string& body = {}) {
    return call(method, path, body,
                {{"Authorization", "Bearer " + std::string(login.access_token.expose())}});
  }
  Response log_in(const Member& member, Headers headers = {}) {
    return call("POST", "/sessions",
                json{{"username", member.username}, {"password", member.password}}.dump(),
                std::move(headers));
  }
  static json body_of(const Response& response) { return json::parse(response.body); }

  House house_;
  Readiness readiness_{.database = true, .redis = "ready"};
  Backend backend_{.ports = house_.ports(),
                   .readiness = [this] { return readiness_; },
                   .verify_email_page = verify_email_page(),
                   .cookies = Cookies(true),
                   .origins = kOrigins};
  Lanes lanes_{kLanes};
  Service service_{routes(), backend_, lanes_, kNoProxies, system_random()};
};

}  // namespace gatehouse::http
