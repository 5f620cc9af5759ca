// What the gate has to say about a request, in nginx's error log.
#pragma once

#include <string_view>

#include "module/ngx.hpp"

namespace gatehouse::gate {

void log_about(ngx_http_request_t* r, ngx_uint_t level, std::string_view text);

}  // namespace gatehouse::gate
