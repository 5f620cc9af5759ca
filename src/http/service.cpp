#include "http/service.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

#include "http/authenticate.hpp"
#include "http/errors.hpp"
#include "http/origin.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {
namespace {

using Clock = std::chrono::steady_clock;

Outcome call_handler(const Route& route, const Call& call) {
  if (const auto* handler = std::get_if<PublicHandler>(&route.handler)) return (*handler)(call);
  const auto principal = authenticate(call);
  if (!principal) return Unexpected(principal.error());
  return std::get<BearerHandler>(route.handler)(call, *principal);
}

}  // namespace

// One request from its arrival to its answer.
class Service::Exchange {
 public:
  Exchange(Request request, Reply reply, accounts::Origin origin, const Backend& backend)
      : request_(std::move(request)),
        reply_(std::move(reply)),
        origin_(std::move(origin)),
        backend_(backend) {}

  const Request& request() const { return request_; }

  // On the lane of the route.
  void run(const Match& match) {
    const Call call{
        .request = request_, .origin = origin_, .parameters = match.parameters, .backend = backend_};
    pattern_ = match.route->pattern;
    try {
      const Outcome outcome = call_handler(*match.route, call);
      finish(outcome ? *outcome : answer(outcome.error(), origin_.request_id));
    } catch (const accounts::Unavailable& away) {
      spdlog::error("[{}] {} {}: {}", origin_.request_id, request_.method, pattern_, away.what());
      refuse(unavailable());
    } catch (const std::exception& broken) {
      spdlog::error("[{}] {} {} failed: {}", origin_.request_id, request_.method, pattern_, broken.what());
      refuse({500, "internal_error", "the server failed; its log says why"});
    }
  }

  void refuse(const Problem& problem) { finish(answer(problem, origin_.request_id)); }

  void finish(Response response) {
    response.headers.set("X-Request-ID", origin_.request_id);
    backend_.origins.let_read(request_, response);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun_);
    // The pattern, not the path: a path may hold a secret.
    spdlog::info("[{}] {} {} {} {:.1f} ms, from {}", origin_.request_id, request_.method, pattern_,
                 response.status, static_cast<double>(took.count()) / 1000,
                 origin_.ip.empty() ? "an unknown address" : origin_.ip);
    reply_(std::move(response));
  }

 private:
  Request request_;
  Reply reply_;
  accounts::Origin origin_;
  const Backend& backend_;
  std::string_view pattern_ = "(no route)";
  Clock::time_point begun_ = Clock::now();
};

void Service::operator()(Request request, Reply reply) {
  accounts::Origin origin = origin_of(request, trusted_proxies_, random_);
  const auto exchange =
      std::make_shared<Exchange>(std::move(request), std::move(reply), std::move(origin), backend_);
  const Found found = router_.find(exchange->request().method, exchange->request().path());
  if (std::holds_alternative<NoSuchPath>(found)) {
    exchange->refuse({404, "not_found", "there is nothing at this path"});
  } else if (const auto* others = std::get_if<OtherMethods>(&found)) {
    if (exchange->request().method == "OPTIONS") {
      Response response = no_content();
      response.headers.add("Allow", others->allow);
      backend_.origins.let_ask(exchange->request(), others->allow, response);
      exchange->finish(std::move(response));
    } else {
      exchange->refuse(
          {405, "method_not_allowed", "this path has other methods", {}, {{"Allow", others->allow}}});
    }
  } else {
    const Match& match = std::get<Match>(found);
    const bool taken = lanes_.submit(match.route->lane, [exchange, match] { exchange->run(match); });
    if (!taken) exchange->refuse(busy());
  }
}

}  // namespace gatehouse::http
