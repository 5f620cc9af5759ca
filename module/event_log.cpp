#include "module/event_log.hpp"

#include <exception>

#include "contract/claims.hpp"
#include "module/conf.hpp"
#include "module/evaluate.hpp"
#include "module/event_record.hpp"
#include "module/log.hpp"
#include "module/request.hpp"
#include "module/request_state.hpp"

namespace gatehouse::gate {
namespace {

bool is_wanted(const Evaluation& evaluation) {
  switch (evaluation.policy->events) {
    case ToldEvents::kNone:
      return false;
    case ToldEvents::kRefusals:
      return !evaluation.verdict.passes();
    case ToldEvents::kAll:
      return true;
  }
  return false;
}

std::int64_t unix_milliseconds() {
  const ngx_time_t* now = ngx_timeofday();
  return static_cast<std::int64_t>(now->sec) * 1000 + static_cast<std::int64_t>(now->msec);
}

std::string_view request_id(ngx_http_request_t* r) {
  const ngx_http_variable_value_t* value =
      ngx_http_get_indexed_variable(r, static_cast<ngx_uint_t>(main_conf(r).request_id_index));
  if (value == nullptr || value->not_found != 0) return {};
  return {reinterpret_cast<const char*>(value->data), value->len};
}

// Owns the claims, since one look at them ends the next.
struct Identity {
  std::string user;
  std::string session;
  std::string device;
  std::string token_id;
};

// Of whoever a token with a good signature speaks of, whatever stands in its way now.
Identity identity_of(const Evaluation& evaluation) {
  if (!evaluation.token) return {};
  const VerifiedToken& token = *evaluation.token;
  const auto claim = [&](const std::string& name) {
    if (name.empty()) return std::string();
    return std::string(claims_reader().find(token, {&name, 1}).value_or(std::string_view{}));
  };
  const jose::ClaimsPolicy& names = token.issuer->claims;
  static const std::string kTokenId(contract::kTokenId);
  return {claim(names.subject_claim), claim(names.session_claim), claim(names.device_claim), claim(kTokenId)};
}

void tell(const Evaluation& evaluation, Shared& shared) {
  ngx_http_request_t* r = evaluation.request;
  const Identity identity = identity_of(evaluation);
  const ngx_table_elt_t* agent = r->headers_in.user_agent;
  const GateEvent event{.at = unix_milliseconds(),
                        .verdict = evaluation.verdict,
                        .enforced = !evaluation.spared,
                        .request_id = request_id(r),
                        .ip = view(r->connection->addr_text),
                        .user = identity.user,
                        .session = identity.session,
                        .device = identity.device,
                        .token_id = identity.token_id,
                        .method = view(r->method_name),
                        .path = path_of(r),
                        .user_agent = agent != nullptr ? view(agent->value) : std::string_view{}};
  shared.events().push(encode(event));
}

}  // namespace

ngx_int_t tell_events(ngx_http_request_t* r) {
  const RequestState* state = r == r->main ? find_state(r) : nullptr;
  if (state == nullptr) return NGX_OK;
  try {
    for (const Evaluation* evaluation = state->last; evaluation != nullptr; evaluation = evaluation->before)
      if (is_wanted(*evaluation)) tell(*evaluation, state->shared);
  } catch (const std::exception& error) {
    log_about(r, NGX_LOG_ERR, std::string("an event was not told: ") + error.what());
  }
  return NGX_OK;
}

}  // namespace gatehouse::gate
