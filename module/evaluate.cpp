#include "module/evaluate.hpp"

#include <list>
#include <new>

#include "module/address_block.hpp"
#include "module/pool.hpp"
#include "module/request.hpp"
#include "module/request_cookies.hpp"
#include "module/request_state.hpp"
#include "module/requirement.hpp"

namespace gatehouse::gate {
namespace {

TokenText token_text(ngx_http_request_t* r, const Policy& policy) {
  if (policy.reads_header_alone()) return bearer_token(authorization(r));
  const std::vector<std::string_view> cookies = cookies_of(r);
  std::list<std::string> decoded;
  TokenText text = find_token(
      policy.sources, {.authorization = authorization(r), .cookies = cookies, .arguments = arguments_of(r)},
      decoded);
  if (!decoded.empty()) text.text = view(copy_to_pool(r->pool, text.text));
  return text;
}

bool is_forgeable(ngx_http_request_t* r, const Policy& policy, const TokenText& text) {
  return policy.csrf && text.place == TokenSource::Place::kCookie && is_unsafe(r) &&
         may_be_forged(provenance_of(r), own_origin(r), policy.origins);
}

// As $remote_addr has it: realip puts it there.
std::optional<Verdict> check_client(ngx_http_request_t* r, Monotonic monotonic) {
  return check_address(IpAddress::of(*r->connection->sockaddr), shared_of(main_conf(r).zone), monotonic);
}

// Of a client whose address is not blocked.
Verdict judge(ngx_http_request_t* r, const Policy& policy, const Result<VerifiedToken, Verdict>& token,
              bool forgeable, Monotonic monotonic) {
  const Verdict verdict =
      check_standing(token, shared_of(main_conf(r).zone), policy.stale, ngx_time(), monotonic);
  if (verdict.status == Status::kNoToken && (policy.optional || (policy.preflight && is_preflight(r))))
    return {Status::kAnonymous};
  return verdict.passes() && forgeable ? Verdict{Status::kCrossSite} : verdict;
}

json::Parser& worker_parser() {
  static json::Parser parser;
  return parser;
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
    return new (memory)
        Evaluation{r, &policy, Unexpected(*refused), false, *refused, ngx_current_msec, nullptr};
  const TokenText text = token_text(r, policy);
  for (Trusted* trusted : policy.accepted) trusted->refresh();
  const Result<VerifiedToken, Verdict> token =
      verify_token(text, policy.accepted, shared_of(main_conf(r).zone), ngx_time(), worker_parser());
  const bool forgeable = is_forgeable(r, policy, text);
  return new (memory) Evaluation{
      r, &policy, token, forgeable, judge(r, policy, token, forgeable, monotonic), ngx_current_msec, nullptr};
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

Evaluation& evaluate_now(ngx_http_request_t* r) {
  Evaluation& evaluation = look(r);
  const Policy& policy = *evaluation.policy;
  // The phases of a request that waits for nothing follow each other at once.
  if (evaluation.judged_at != ngx_current_msec) {
    evaluation.verdict = judge_again(evaluation);
    evaluation.judged_at = ngx_current_msec;
  }
  // Its values may be made of our variables, so the verdict so far stands already.
  if (policy.requirements != nullptr && evaluation.verdict.passes())
    if (const std::optional<Status> unmet = unmet_requirement(r, policy)) evaluation.verdict = {*unmet};
  return evaluation;
}

Verdict judge_again(const Evaluation& evaluation) {
  const Monotonic monotonic = monotonic_now();
  if (const std::optional<Verdict> refused = check_client(evaluation.request, monotonic)) return *refused;
  return judge(evaluation.request, *evaluation.policy, evaluation.token, evaluation.forgeable, monotonic);
}

Evaluation& overrule(ngx_http_request_t* r, Status status) {
  Evaluation& evaluation = look(r);
  evaluation.verdict = {status};
  return evaluation;
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
