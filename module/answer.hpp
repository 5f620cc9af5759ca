// The answer to a request that does not pass: status, challenge (RFC 6750 section 3), and a problem document
// (RFC 9457) unless an error_page takes its place.
#pragma once

#include "module/conf.hpp"
#include "module/ngx.hpp"
#include "module/status.hpp"

namespace gatehouse::gate {

// Answers the request, or leaves it to nginx by returning a status; for a phase handler to return.
ngx_int_t refuse(ngx_http_request_t* r, const Policy& policy, const Verdict& verdict);

// For "satisfy any", in the access phase: another check may still let the request pass.
ngx_int_t object(ngx_http_request_t* r, const Policy& policy, const Verdict& verdict);

}  // namespace gatehouse::gate
