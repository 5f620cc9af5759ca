#include "module/requirement.hpp"

#include <new>

namespace gatehouse::gate {
namespace {

bool holds(ngx_http_request_t* r, const ngx_http_complex_value_t& value) {
  ngx_str_t text;
  // nginx's own signature lacks a const.
  if (ngx_http_complex_value(r, const_cast<ngx_http_complex_value_t*>(&value), &text) != NGX_OK)
    throw std::bad_alloc();
  return text.len != 0 && view(text) != "0";
}

}  // namespace

std::optional<Status> unmet_requirement(ngx_http_request_t* r, const Policy& policy) {
  if (policy.requirements == nullptr) return std::nullopt;
  for (const Requirement& requirement : *policy.requirements) {
    for (const ngx_http_complex_value_t& value : requirement.values) {
      if (!holds(r, value)) return requirement.otherwise;
    }
  }
  return std::nullopt;
}

}  // namespace gatehouse::gate
