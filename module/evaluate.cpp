#include "module/evaluate.hpp"

#include <algorithm>

#include "module/address_block.hpp"
#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

// Shared by a request and its subrequests, which have one pool. What was asked for last stands last.
struct RequestState {
  std::list<Evaluation> evaluations;
};

void destroy(void* data) {
  static_cast<RequestState*>(data)->~RequestState();
}

// nginx forgets a request's contexts at an internal redirect; the pool's clean-up still knows ours.
RequestState* find_state(ngx_http_request_t* r) {
  if (void* state = ngx_http_get_module_ctx(r, ngx_http_gatehouse_module))
    return static_cast<RequestState*>(state);
  if (r->internal == 0 && r->filter_finalize == 0) return nullptr;
  for (ngx_pool_cleanup_t* cleanup = r->pool->cleanup; cleanup != nullptr; cleanup = cleanup->next) {
    if (cleanup->handler != destroy) continue;
    ngx_http_set_ctx(r, cleanup->data, ngx_http_gatehouse_module);
    return static_cast<RequestState*>(cleanup->data);
  }
  return nullptr;
}

RequestState& state_of(ngx_http_request_t* r) {
  if (RequestState* state = find_state(r)) return *state;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, sizeof(RequestState));
  if (cleanup == nullptr) throw std::bad_alloc();
  auto* state = new (cleanup->data) RequestState;
  cleanup->handler = destroy;
  ngx_http_set_ctx(r, state, ngx_http_gatehouse_module);
  return *state;
}

std::optional<std::string_view> authorization(const ngx_http_request_t* r) {
  if (r->headers_in.authorization == nullptr) return std::nullopt;
  return view(r->headers_in.authorization->value);
}

// As $remote_addr has it: realip puts it there.
std::optional<Verdict> check_client(ngx_http_request_t* r) {
  return check_address(IpAddress::of(*r->connection->sockaddr), shared_of(main_conf(r).zone),
                       monotonic_now());
}

Verdict standing(ngx_http_request_t* r, const Policy& policy, const Result<VerifiedToken, Verdict>& token) {
  if (const std::optional<Verdict> refused = check_client(r)) return *refused;
  return check_standing(token, shared_of(main_conf(r).zone), std::chrono::milliseconds(policy.stale),
                        ngx_time(), monotonic_now());
}

// Of a blocked address not even the signature is looked at.
Result<VerifiedToken, Verdict> verify(ngx_http_request_t* r) {
  if (const std::optional<Verdict> refused = check_client(r)) return Unexpected(*refused);
  return verify_token(bearer_token(authorization(r)), main_conf(r).trusted, ngx_time(), worker_parser());
}

struct Looked {
  Evaluation& evaluation;
  bool fresh;
};

Looked look(ngx_http_request_t* r) {
  RequestState& state = state_of(r);
  const Policy* policy = location_conf(r).policy;
  const auto known = std::ranges::find_if(state.evaluations, [&](const Evaluation& evaluation) {
    return evaluation.request == r && evaluation.policy == policy;
  });
  if (known != state.evaluations.end()) {
    state.evaluations.splice(state.evaluations.end(), state.evaluations, known);
    return {*known, false};
  }
  Result<VerifiedToken, Verdict> token = verify(r);
  const Verdict verdict = standing(r, *policy, token);
  return {state.evaluations.emplace_back(Evaluation{r, policy, std::move(token), verdict}), true};
}

}  // namespace

const Evaluation& evaluate(ngx_http_request_t* r) {
  return look(r).evaluation;
}

const Evaluation& evaluate_now(ngx_http_request_t* r) {
  const Looked looked = look(r);
  if (!looked.fresh)
    looked.evaluation.verdict = standing(r, *looked.evaluation.policy, looked.evaluation.token);
  return looked.evaluation;
}

void overrule(ngx_http_request_t* r, Status status) {
  look(r).evaluation.verdict = {status};
}

std::optional<Verdict> last_verdict(ngx_http_request_t* r) {
  const RequestState* state = find_state(r);
  if (state == nullptr) return std::nullopt;
  const auto last = std::find_if(state->evaluations.rbegin(), state->evaluations.rend(),
                                 [r](const Evaluation& evaluation) { return evaluation.request == r; });
  if (last == state->evaluations.rend()) return std::nullopt;
  return last->verdict;
}

json::Parser& worker_parser() {
  static json::Parser parser;
  return parser;
}

}  // namespace gatehouse::gate
