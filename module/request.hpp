// What the gate reads of a request, out of nginx's structures.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/cross_site.hpp"
#include "module/ngx.hpp"

namespace gatehouse::gate {

std::optional<std::string_view> authorization(const ngx_http_request_t* r);

// The path of the request as the client sent it, without what follows the "?"; of a subrequest as nginx has
// it.
std::string_view path_of(const ngx_http_request_t* r);

// What follows the "?" in the request as the client sent it.
std::string_view arguments_of(const ngx_http_request_t* r);

// A request that asks for a change, or to leave HTTP; a subrequest does what its request asks for.
bool is_unsafe(ngx_http_request_t* r);

// A browser's question whether a page of another origin may send a request (Fetch standard, CORS preflight).
bool is_preflight(ngx_http_request_t* r);

Provenance provenance_of(ngx_http_request_t* r);
// The origin of pages that were served here, by the scheme and the Host of this request.
std::string own_origin(ngx_http_request_t* r);

}  // namespace gatehouse::gate
