// The Cookie headers of a request, which nginx keeps in one way before 1.23 and in another since.
#pragma once

#include <string_view>
#include <vector>

#include "module/ngx.hpp"

namespace gatehouse::gate {

// Their values, in order.
std::vector<std::string_view> cookies_of(const ngx_http_request_t* r);

}  // namespace gatehouse::gate
