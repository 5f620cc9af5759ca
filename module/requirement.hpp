// gatehouse_require: what must hold besides a good token.
#pragma once

#include <optional>

#include "module/policy.hpp"

namespace gatehouse::gate {

// Of the first requirement that is not met. Throws std::bad_alloc.
std::optional<Status> unmet_requirement(ngx_http_request_t* r, const Policy& policy);

}  // namespace gatehouse::gate
