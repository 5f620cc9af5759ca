#include "module/request.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "module/ascii.hpp"
#include "module/request_headers.hpp"

namespace gatehouse::gate {
namespace {

// `name` in lower case. The empty text stands for a header that stands several times.
std::optional<std::string_view> header(ngx_http_request_t* r, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_header(r, [&](const ngx_table_elt_t& candidate) {
    if (!std::ranges::equal(view(candidate.key), name, {}, to_lower)) return;
    found = found ? std::string_view{} : view(candidate.value);
  });
  return found;
}

bool has_header(ngx_http_request_t* r, std::string_view name) {
  return !header(r, name).value_or(std::string_view{}).empty();
}

}  // namespace

std::optional<std::string_view> authorization(const ngx_http_request_t* r) {
  if (r->headers_in.authorization == nullptr) return std::nullopt;
  return view(r->headers_in.authorization->value);
}

std::string_view path_of(const ngx_http_request_t* r) {
  if (r != r->main) return view(r->uri);
  const std::string_view uri = view(r->unparsed_uri);
  return uri.substr(0, uri.find('?'));
}

std::string_view arguments_of(const ngx_http_request_t* r) {
  const std::string_view uri = view(r->unparsed_uri);
  const std::size_t mark = uri.find('?');
  if (mark == uri.npos) return {};
  const std::string_view arguments = uri.substr(mark + 1);
  return arguments.substr(0, arguments.find('#'));
}

bool is_unsafe(ngx_http_request_t* r) {
  return !is_safe_method(view(r->method_name)) || !is_safe_method(view(r->main->method_name)) ||
         r->headers_in.upgrade != nullptr;
}

bool is_preflight(ngx_http_request_t* r) {
  return r->method == NGX_HTTP_OPTIONS && has_header(r, "origin") &&
         has_header(r, "access-control-request-method");
}

Provenance provenance_of(ngx_http_request_t* r) {
  return {.fetch_site = header(r, "sec-fetch-site"), .origin = header(r, "origin")};
}

std::string own_origin(ngx_http_request_t* r) {
  if (r->headers_in.host == nullptr) return {};
#if (NGX_HTTP_SSL)
  const bool secure = r->connection->ssl != nullptr;
#else
  const bool secure = false;
#endif
  return (secure ? "https://" : "http://") + ascii_lower(view(r->headers_in.host->value));
}

}  // namespace gatehouse::gate
