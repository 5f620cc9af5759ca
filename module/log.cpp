#include "module/log.hpp"

#include "module/conf.hpp"

namespace gatehouse::gate {

void log_about(ngx_http_request_t* r, ngx_uint_t level, std::string_view text) {
  ngx_log_t* log = r->connection->log;
  if (log->log_level < level) return;
  if (!main_conf(r).tokens_in_arguments) {
    ngx_log_error(level, log, 0, "gatehouse: %*s", text.size(), text.data());
    return;
  }
  // nginx would add the line of the request, and with it the token.
  const ngx_log_handler_pt adds = log->handler;
  log->handler = nullptr;
  ngx_log_error(level, log, 0, "gatehouse: %*s, client: %V", text.size(), text.data(),
                &r->connection->addr_text);
  log->handler = adds;
}

}  // namespace gatehouse::gate
