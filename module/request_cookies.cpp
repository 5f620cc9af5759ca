#include "module/request_cookies.hpp"

#include <algorithm>

#include "module/ascii.hpp"
#include "module/cookies.hpp"
#include "module/pool.hpp"
#include "module/request_headers.hpp"
#include "module/request_state.hpp"

namespace gatehouse::gate {
namespace {

// The index is an array before nginx 1.23, and a chain since.
#if nginx_version >= 1023000

std::vector<ngx_table_elt_t> indexed(const ngx_http_request_t* r) {
  std::vector<ngx_table_elt_t> headers;
  for (const ngx_table_elt_t* header = r->headers_in.cookie; header != nullptr; header = header->next)
    headers.push_back(*header);
  return headers;
}

void set_index(ngx_http_request_t* r, const std::vector<ngx_table_elt_t*>& headers) {
  ngx_table_elt_t** end = &r->headers_in.cookie;
  for (ngx_table_elt_t* header : headers) {
    *end = header;
    end = &header->next;
  }
  *end = nullptr;
}

#else

std::vector<ngx_table_elt_t> indexed(const ngx_http_request_t* r) {
  std::vector<ngx_table_elt_t> headers;
  const auto* all = static_cast<ngx_table_elt_t* const*>(r->headers_in.cookies.elts);
  for (ngx_uint_t i = 0; i < r->headers_in.cookies.nelts; ++i) headers.push_back(*all[i]);
  return headers;
}

void set_index(ngx_http_request_t* r, const std::vector<ngx_table_elt_t*>& headers) {
  ngx_array_t index{};
  if (!headers.empty() && ngx_array_init(&index, r->pool, headers.size(), sizeof(ngx_table_elt_t*)) != NGX_OK)
    throw std::bad_alloc();
  for (ngx_table_elt_t* header : headers) *static_cast<ngx_table_elt_t**>(ngx_array_push(&index)) = header;
  r->headers_in.cookies = index;
}

#endif

bool is_cookie(const ngx_table_elt_t& header) {
  return std::ranges::equal(view(header.key), std::string_view("cookie"), {}, to_lower);
}

void replace(ngx_http_request_t* r, std::span<const ngx_table_elt_t> cookies) {
  ngx_uint_t others = 0;
  for_each_header(r, [&](const ngx_table_elt_t& header) { others += is_cookie(header) ? 0 : 1; });
  NewHeaders headers(r, others + cookies.size());
  for_each_header(r, [&](const ngx_table_elt_t& header) {
    if (!is_cookie(header)) headers.add(header);
  });
  std::vector<ngx_table_elt_t*> index;
  for (const ngx_table_elt_t& cookie : cookies) index.push_back(headers.add(cookie));
  set_index(r, index);
  headers.commit();
}

std::span<const ngx_table_elt_t> kept(ngx_http_request_t* r, const std::vector<ngx_table_elt_t>& headers) {
  auto* memory = static_cast<ngx_table_elt_t*>(ngx_palloc(r->pool, headers.size() * sizeof(ngx_table_elt_t)));
  if (memory == nullptr) throw std::bad_alloc();
  std::ranges::copy(headers, memory);
  return {memory, headers.size()};
}

}  // namespace

std::vector<std::string_view> cookies_of(ngx_http_request_t* r) {
  std::vector<std::string_view> values;
  const RequestState* state = find_state(r);
  if (state != nullptr && state->cookies)
    for (const ngx_table_elt_t& header : *state->cookies) values.push_back(view(header.value));
  else
    for (const ngx_table_elt_t& header : indexed(r)) values.push_back(view(header.value));
  return values;
}

void hide_cookies(ngx_http_request_t* r, std::span<const std::string> names) {
  const std::vector<ngx_table_elt_t> headers = indexed(r);
  const auto is_affected = [names](const ngx_table_elt_t& header) {
    return without_cookies(view(header.value), names).has_value();
  };
  if (std::ranges::none_of(headers, is_affected)) return;
  std::vector<ngx_table_elt_t> shown;
  for (ngx_table_elt_t header : headers) {
    if (const std::optional<std::string> rest = without_cookies(view(header.value), names)) {
      if (rest->empty()) continue;
      header.value = copy_to_pool(r->pool, *rest);
    }
    shown.push_back(header);
  }
  RequestState& state = state_of(r);
  if (!state.cookies) state.cookies = kept(r, headers);
  replace(r, shown);
}

void show_cookies(ngx_http_request_t* r) {
  const RequestState* state = find_state(r);
  if (state != nullptr && state->cookies) replace(r, *state->cookies);
}

}  // namespace gatehouse::gate
