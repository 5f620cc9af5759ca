#include "module/request_cookies.hpp"

namespace gatehouse::gate {

#if nginx_version >= 1023000

std::vector<std::string_view> cookies_of(const ngx_http_request_t* r) {
  std::vector<std::string_view> values;
  for (const ngx_table_elt_t* header = r->headers_in.cookie; header != nullptr; header = header->next)
    values.push_back(view(header->value));
  return values;
}

#else

std::vector<std::string_view> cookies_of(const ngx_http_request_t* r) {
  std::vector<std::string_view> values;
  const auto* headers = static_cast<ngx_table_elt_t* const*>(r->headers_in.cookies.elts);
  for (ngx_uint_t i = 0; i < r->headers_in.cookies.nelts; ++i) values.push_back(view(headers[i]->value));
  return values;
}

#endif

}  // namespace gatehouse::gate
