// The headers that tell an upstream who is asking. A client's own headers of these names, in every spelling
// that an upstream might take for them, go away wherever the module is loaded; what gatehouse_header says
// takes their place where the token was verified.
#pragma once

#include <vector>

#include "module/conf.hpp"
#include "module/ngx.hpp"

namespace gatehouse::gate {

// Throws std::bad_alloc.
void strip_identity(ngx_http_request_t* r);

// Strips, and sets the headers of the present location; false if a value cannot stand in a header. Throws
// std::bad_alloc.
[[nodiscard]] bool set_identity(ngx_http_request_t* r, const std::vector<IdentityHeader>& headers);

}  // namespace gatehouse::gate
