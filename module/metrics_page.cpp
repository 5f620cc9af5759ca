// gatehouse_metrics: a location that shows the counters of the zone.
#include <exception>

#include "module/conf.hpp"
#include "module/conf_error.hpp"
#include "module/directives.hpp"
#include "module/metrics.hpp"
#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

ngx_int_t answer(ngx_http_request_t* r) {
  if ((r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) return NGX_HTTP_NOT_ALLOWED;
  const ngx_int_t discarded = ngx_http_discard_request_body(r);
  if (discarded != NGX_OK) return discarded;
  try {
    ngx_http_complex_value_t value{};
    value.value = copy_to_pool(r->pool, metrics_text(shared_of(main_conf(r).zone), monotonic_now()));
    ngx_str_t type = ngx_string("text/plain; version=0.0.4");
    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &value);
  } catch (const std::exception&) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
}

}  // namespace

char* set_metrics(ngx_conf_t* cf, ngx_command_t* command, void*) {
  return directive(cf, command->name, [&] {
    auto* core =
        static_cast<ngx_http_core_loc_conf_t*>(ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
    refuse_duplicate(core->handler == answer);
    core->handler = answer;
    main_conf(cf).metrics = Mention::here(cf);
  });
}

}  // namespace gatehouse::gate
