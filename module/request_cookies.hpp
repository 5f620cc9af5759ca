// The Cookie headers of a request. nginx keeps them twice, among all headers and in an index of their own;
// the gate reads those that the client sent, and keeps its tokens from the upstream.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "module/ngx.hpp"

namespace gatehouse::gate {

// Their values as the client sent them, in order.
std::vector<std::string_view> cookies_of(ngx_http_request_t* r);

// Takes the cookies of these names out of what upstreams and nginx's variables get. Throws std::bad_alloc.
void hide_cookies(ngx_http_request_t* r, std::span<const std::string> names);
// Puts back what was hidden in a location before.
void show_cookies(ngx_http_request_t* r);

}  // namespace gatehouse::gate
