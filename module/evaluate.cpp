#include "module/evaluate.hpp"

#include <new>
#include <type_traits>

#include "module/address_block.hpp"
#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

// Shared by a request and its subrequests, which have one pool. What was asked for last comes first.
struct RequestState {
  Evaluation* last = nullptr;
};
static_assert(std::is_trivially_destructible_v<Evaluation> && std::is_trivially_destructible_v<RequestState>);

// Only the mark by which find_state() knows ours.
void forget(void*) {}

// nginx forgets a request's contexts at an internal redirect; the pool's clean-up still knows ours.
RequestState* find_state(ngx_http_request_t* r) {
  if (void* state = ngx_http_get_module_ctx(r, ngx_http_gatehouse_module))
    return static_cast<RequestState*>(state);
  if (r->internal == 0 && r->filter_finalize == 0) return nullptr;
  for (ngx_pool_cleanup_t* cleanup = r->pool->cleanup; cleanup != nullptr; cleanup = cleanup->next) {
    if (cleanup->handler != forget) continue;
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
  cleanup->handler = forget;
  ngx_http_set_ctx(r, state, ngx_http_gatehouse_module);
  return *state;
}

std::optional<std::string_view> authorization(const ngx_http_request_t* r) {
  if (r->headers_in.authorization == nullptr) return std::nullopt;
  return view(r->headers_in.authorization->value);
}

// As $remote_addr has it: realip puts it there.
std::optional<Verdict> check_client(ngx_http_request_t* r, Monotonic monotonic) {
  return check_address(IpAddress::of(*r->connection->sockaddr), shared_of(main_conf(r).zone), monotonic);
}

json::Parser& worker_parser() {
  static json::Parser parser;
  return parser;
}

Verdict standing(ngx_http_request_t* r, const Policy& policy, const Result<VerifiedToken, Verdict>& token,
                 Monotonic monotonic) {
  return check_standing(token, shared_of(main_conf(r).zone), std::chrono::milliseconds(policy.stale),
                        ngx_time(), monotonic);
}

Result<VerifiedToken, Verdict> verify(ngx_http_request_t* r) {
  const MainConf& conf = main_conf(r);
  return verify_token(bearer_token(authorization(r)), conf.accepted, shared_of(conf.zone), ngx_time(),
                      worker_parser());
}

// Takes the evaluation of this request by this policy out of the list.
Evaluation* take(RequestState& state, const ngx_http_request_t* r, const Policy* policy) {
  for (Evaluation** at = &state.last; *at != nullptr; at = &(*at)->before) {
    Evaluation* found = *at;
    if (found->request != r || found->policy != policy) continue;
    *at = found->before;
    return found;
  }
  return nullptr;
}

Evaluation* begin(ngx_http_request_t* r, const Policy& policy) {
  void* memory = ngx_palloc(r->pool, sizeof(Evaluation));
  if (memory == nullptr) throw std::bad_alloc();
  const Monotonic monotonic = monotonic_now();
  // Of a blocked address not even the signature is looked at.
  if (const std::optional<Verdict> refused = check_client(r, monotonic))
    return new (memory) Evaluation{r, &policy, Unexpected(*refused), *refused, ngx_current_msec, nullptr};
  const Result<VerifiedToken, Verdict> token = verify(r);
  return new (memory)
      Evaluation{r, &policy, token, standing(r, policy, token, monotonic), ngx_current_msec, nullptr};
}

Evaluation& look(ngx_http_request_t* r) {
  RequestState& state = state_of(r);
  const Policy* policy = location_conf(r).policy;
  Evaluation* evaluation = take(state, r, policy);
  if (evaluation == nullptr) evaluation = begin(r, *policy);
  evaluation->before = state.last;
  state.last = evaluation;
  return *evaluation;
}

}  // namespace

const Evaluation& evaluate(ngx_http_request_t* r) {
  return look(r);
}

const Evaluation& evaluate_now(ngx_http_request_t* r) {
  Evaluation& evaluation = look(r);
  // The phases of a request that waits for nothing follow each other at once.
  if (evaluation.judged_at == ngx_current_msec) return evaluation;
  const Monotonic monotonic = monotonic_now();
  const std::optional<Verdict> refused = check_client(r, monotonic);
  evaluation.verdict = refused ? *refused : standing(r, *evaluation.policy, evaluation.token, monotonic);
  evaluation.judged_at = ngx_current_msec;
  return evaluation;
}

void overrule(ngx_http_request_t* r, Status status) {
  look(r).verdict = {status};
}

std::optional<Verdict> last_verdict(ngx_http_request_t* r) {
  const RequestState* state = find_state(r);
  if (state == nullptr) return std::nullopt;
  for (const Evaluation* evaluation = state->last; evaluation != nullptr; evaluation = evaluation->before) {
    if (evaluation->request == r) return evaluation->verdict;
  }
  return std::nullopt;
}

ClaimsReader& claims_reader() {
  static ClaimsReader reader;
  return reader;
}

}  // namespace gatehouse::gate
