// The door of the module: its directives, and what it does in which phase of a request.
#include <exception>

#include "module/answer.hpp"
#include "module/conf.hpp"
#include "module/directives.hpp"
#include "module/evaluate.hpp"
#include "module/event_log.hpp"
#include "module/helper.hpp"
#include "module/identity_headers.hpp"
#include "module/key_zone.hpp"
#include "module/log.hpp"
#include "module/request_cookies.hpp"
#include "module/value.hpp"
#include "module/variables.hpp"

namespace gatehouse::gate {
namespace {

bool satisfies_any(ngx_http_request_t* r) {
  const auto* core =
      static_cast<ngx_http_core_loc_conf_t*>(ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  return core->satisfy == NGX_HTTP_SATISFY_ANY;
}

// nginx skips the access phase of subrequests, so there "satisfy any" cannot be honoured.
bool is_left_to_access_phase(ngx_http_request_t* r) {
  return r == r->main && satisfies_any(r);
}

ngx_int_t refuse_for_our_own_fault(ngx_http_request_t* r) {
  const Policy* policy = location_conf(r).policy;
  try {
    if (policy != nullptr) return refuse(r, *policy, {Status::kInternalError});
  } catch (const std::exception&) {
    // Not even that; nginx's own page needs nothing of us.
  }
  return NGX_HTTP_INTERNAL_SERVER_ERROR;
}

// What goes wrong within us lets nothing through.
template <ngx_int_t (*handle)(ngx_http_request_t*)>
ngx_int_t guarded(ngx_http_request_t* r) {
  try {
    return handle(r);
  } catch (const std::exception& error) {
    log_about(r, NGX_LOG_ERR, error.what());
    return refuse_for_our_own_fault(r);
  }
}

// As early as nginx allows, so that nothing sees a client's own identity headers.
ngx_int_t after_headers(ngx_http_request_t* r) {
  strip_identity(r);
  return NGX_DECLINED;
}

// What becomes of a request that does not pass.
ngx_int_t turn_away(ngx_http_request_t* r, Evaluation& evaluation) {
  if (!evaluation.policy->dry_run) return refuse(r, *evaluation.policy, evaluation.verdict);
  if (!evaluation.spared)
    log_about(r, location_conf(r).severity(),
              "not refused, dry run: " + std::string(name(evaluation.verdict)));
  evaluation.spared = true;
  return NGX_DECLINED;
}

ngx_int_t enforce(ngx_http_request_t* r) {
  if (location_conf(r).policy == nullptr || is_left_to_access_phase(r)) return NGX_DECLINED;
  Evaluation& evaluation = evaluate_now(r);
  return evaluation.verdict.passes() ? NGX_DECLINED : turn_away(r, evaluation);
}

// Tokens in cookies are for the gate, and for locations without it, as the daemon's.
void arrange_cookies(ngx_http_request_t* r, const LocationConf& conf) {
  if (conf.policy != nullptr && !conf.pass_cookies.value_or(false))
    return hide_cookies(r, main_conf(r).token_cookies);
  if (r->internal != 0) show_cookies(r);
}

// Before the location's own "return", "rewrite" and "if"; nginx runs the handlers of dynamic modules
// before those it was built with.
ngx_int_t before_rewrite(ngx_http_request_t* r) {
  return enforce(r);
}

// In the location that will answer: an "if" may have brought another policy, and subrequests have no access
// phase. An internal redirect leaves the headers of the location before, and the one after a request that
// could not be read comes past after_headers().
ngx_int_t before_access(ngx_http_request_t* r) {
  const ngx_int_t enforced = enforce(r);
  if (enforced != NGX_DECLINED) return enforced;
  const LocationConf& conf = location_conf(r);
  arrange_cookies(r, conf);
  const bool sets =
      conf.policy != nullptr && conf.headers != nullptr && evaluate_now(r).identity() != nullptr;
  if (sets && set_identity(r, *conf.headers)) return NGX_DECLINED;
  if (r->internal != 0) strip_identity(r);
  return sets ? turn_away(r, overrule(r, Status::kUnsafeHeader)) : NGX_DECLINED;
}

// Again, as time may have passed; here "satisfy" is heard.
ngx_int_t at_access(ngx_http_request_t* r) {
  const Policy* policy = location_conf(r).policy;
  if (policy == nullptr) return NGX_DECLINED;
  Evaluation& evaluation = evaluate_now(r);
  const Verdict& verdict = evaluation.verdict;
  // A dry run opens no door that is closed without it: under "satisfy any" it grants nothing.
  if (policy->dry_run) return verdict.passes() ? NGX_DECLINED : turn_away(r, evaluation);
  if (verdict.passes()) return NGX_OK;
  return satisfies_any(r) ? object(r, *policy, verdict) : refuse(r, *policy, verdict);
}

ngx_int_t add_handlers(ngx_conf_t* cf) {
  auto* core =
      static_cast<ngx_http_core_main_conf_t*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  struct {
    ngx_uint_t phase;
    ngx_http_handler_pt handler;
  } const handlers[] = {
      {NGX_HTTP_POST_READ_PHASE, guarded<after_headers>},
      {NGX_HTTP_REWRITE_PHASE, guarded<before_rewrite>},
      {NGX_HTTP_PREACCESS_PHASE, guarded<before_access>},
      {NGX_HTTP_ACCESS_PHASE, guarded<at_access>},
      {NGX_HTTP_LOG_PHASE, tell_events},
  };
  for (const auto& [phase, handler] : handlers) {
    if (phase == NGX_HTTP_LOG_PHASE && !main_conf(cf).tells_events) continue;
    auto* slot = static_cast<ngx_http_handler_pt*>(ngx_array_push(&core->phases[phase].handlers));
    if (slot == nullptr) return NGX_ERROR;
    *slot = handler;
  }
  return NGX_OK;
}

ngx_int_t before_configuration(ngx_conf_t* cf) {
  return add_variables(cf);
}

ngx_int_t after_configuration(ngx_conf_t* cf) {
  MainConf& main = main_conf(cf);
  ngx_str_t request_id = ngx_string("request_id");
  main.request_id_index = ngx_http_get_variable_index(cf, &request_id);
  if (main.request_id_index == NGX_ERROR || add_key_zone(cf) != NGX_OK || ask_for_helper(cf) != NGX_OK)
    return NGX_ERROR;
  keep_values_fresh(cf);
  return add_handlers(cf);
}

constexpr ngx_uint_t kEverywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;
constexpr ngx_uint_t kPolicy = kEverywhere | NGX_HTTP_LIF_CONF | NGX_HTTP_LMT_CONF;

ngx_command_t commands[] = {
    {ngx_string("gatehouse_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE123, set_zone, NGX_HTTP_MAIN_CONF_OFFSET,
     0, nullptr},
    {ngx_string("gatehouse_redis"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE, set_redis, NGX_HTTP_MAIN_CONF_OFFSET,
     0, nullptr},
    {ngx_string("gatehouse_issuer"), NGX_HTTP_MAIN_CONF | NGX_CONF_BLOCK | NGX_CONF_TAKE1, set_issuer,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse"), kPolicy | NGX_CONF_TAKE12, set_protection, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_token"), kPolicy | NGX_CONF_1MORE, set_sources, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_csrf"), kPolicy | NGX_CONF_TAKE1, set_csrf, NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse_pass_cookies"), kPolicy | NGX_CONF_TAKE1, set_pass_cookies,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse_close_expired"), kPolicy | NGX_CONF_TAKE1, set_close_expired,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse_dry_run"), kPolicy | NGX_CONF_TAKE1, set_dry_run, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_events"), kPolicy | NGX_CONF_TAKE1, set_events, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_log_level"), kPolicy | NGX_CONF_TAKE1, set_log_level, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_metrics"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_metrics,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse_origin"), kPolicy | NGX_CONF_1MORE, add_origins, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_preflight"), kPolicy | NGX_CONF_TAKE1, set_preflight, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_require"), kPolicy | NGX_CONF_1MORE, add_requirement, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_use"), kPolicy | NGX_CONF_1MORE, set_use, NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("gatehouse_claim"), NGX_HTTP_MAIN_CONF | NGX_CONF_2MORE, add_claim, NGX_HTTP_MAIN_CONF_OFFSET,
     0, nullptr},
    {ngx_string("gatehouse_header"), kEverywhere | NGX_CONF_TAKE2, add_header, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("gatehouse_stale"), kPolicy | NGX_CONF_TAKE12, set_stale, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    ngx_null_command,
};

ngx_http_module_t context = {
    before_configuration, after_configuration, create_main_conf, init_main_conf, nullptr, nullptr,
    create_location_conf, merge_location_conf,
};

}  // namespace
}  // namespace gatehouse::gate

ngx_module_t ngx_http_gatehouse_module = {
    NGX_MODULE_V1,
    &gatehouse::gate::context,
    gatehouse::gate::commands,
    NGX_HTTP_MODULE,
    nullptr,  // init master
    gatehouse::gate::renew_link_without_helper,
    gatehouse::gate::start_link_without_helper,
    nullptr,  // init thread
    nullptr,  // exit thread
    gatehouse::gate::end_link_without_helper,
    nullptr,  // exit master
    NGX_MODULE_V1_PADDING,
};
