#include "module/identity_headers.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "module/ascii.hpp"
#include "module/pool.hpp"
#include "module/request_headers.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::string_view kConnection = "connection";

bool is_connection(const ngx_table_elt_t& header) {
  return std::ranges::equal(view(header.key), kConnection, {}, to_lower);
}

// What a next hop would drop together with the connection.
std::optional<std::string> without_identity(const HeaderNames& names, const ngx_table_elt_t& header) {
  if (!is_connection(header)) return std::nullopt;
  return names.without(view(header.value));
}

bool needs_stripping(ngx_http_request_t* r, const HeaderNames& names) {
  bool needed = false;
  for_each_header(r, [&](const ngx_table_elt_t& header) {
    needed = needed || names.contains(view(header.key)) || without_identity(names, header);
  });
  return needed;
}

void keep_clients_own(ngx_http_request_t* r, const HeaderNames& names, NewHeaders& kept) {
  for_each_header(r, [&](const ngx_table_elt_t& header) {
    if (names.contains(view(header.key))) return;
    const std::optional<std::string> rest = without_identity(names, header);
    if (!rest) {
      kept.add(header);
      return;
    }
    if (rest->empty()) {
      if (is_connection(header)) r->headers_in.connection = nullptr;
      return;
    }
    ngx_table_elt_t changed = header;
    changed.value = copy_to_pool(r->pool, *rest);
    r->headers_in.connection = kept.add(changed);
  });
}

ngx_table_elt_t element(const IdentityHeader& header, const ngx_str_t& value) {
  ngx_table_elt_t out{};
  out.hash = ngx_hash_key(header.lowercase_name.data, header.lowercase_name.len);
  out.key = header.name;
  out.lowcase_key = header.lowercase_name.data;
  out.value = value;
  return out;
}

}  // namespace

void strip_identity(ngx_http_request_t* r) {
  const HeaderNames& names = main_conf(r).identity_names;
  if (names.empty()) return;
  if (!needs_stripping(r, names)) return;
  NewHeaders headers(r, count_headers(r));
  keep_clients_own(r, names, headers);
  headers.commit();
}

bool set_identity(ngx_http_request_t* r, const std::vector<IdentityHeader>& own) {
  const HeaderNames& names = main_conf(r).identity_names;
  NewHeaders headers(r, count_headers(r) + own.size());
  keep_clients_own(r, names, headers);
  for (const IdentityHeader& header : own) {
    ngx_str_t value;
    // nginx's own signature lacks a const.
    auto* expression = const_cast<ngx_http_complex_value_t*>(&header.value);
    if (ngx_http_complex_value(r, expression, &value) != NGX_OK) throw std::bad_alloc();
    if (std::ranges::any_of(view(value), is_control)) return false;
    if (value.len != 0) headers.add(element(header, value));
  }
  headers.commit();
  return true;
}

}  // namespace gatehouse::gate
