// gatehouse_events: what is told of a request when it ends.
#pragma once

#include "module/ngx.hpp"

namespace gatehouse::gate {

// In the log phase: puts the verdicts on the request and its subrequests, as their locations want it, into
// the ring of the zone.
ngx_int_t tell_events(ngx_http_request_t* r);

}  // namespace gatehouse::gate
