#include "module/value.hpp"

#include <algorithm>
#include <span>

#include "module/conf.hpp"
#include "module/conf_error.hpp"

namespace gatehouse::gate {
namespace {

ngx_http_core_main_conf_t& core_conf(ngx_conf_t* cf) {
  return *static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
}

}  // namespace

ngx_http_complex_value_t compile_value(ngx_conf_t* cf, ngx_str_t& text) {
  ngx_http_complex_value_t value{};
  ngx_http_compile_complex_value_t compile{};
  compile.cf = cf;
  compile.value = &text;
  compile.complex_value = &value;
  if (ngx_http_compile_complex_value(&compile) != NGX_OK) throw ConfError("invalid value " + quoted(text));
  constexpr auto kEnd = static_cast<ngx_uint_t>(-1);
  if (value.flushes != nullptr)
    for (const ngx_uint_t* index = value.flushes; *index != kEnd; ++index)
      main_conf(cf).decisive.push_back(*index);
  return value;
}

void keep_values_fresh(ngx_conf_t* cf) {
  const ngx_http_core_main_conf_t& core = core_conf(cf);
  const auto* indexed = static_cast<const ngx_http_variable_t*>(core.variables.elts);
  const std::span keys(static_cast<ngx_hash_key_t*>(core.variables_keys->keys.elts),
                       core.variables_keys->keys.nelts);
  for (const ngx_uint_t index : main_conf(cf).decisive) {
    const auto named = [&](const ngx_hash_key_t& key) { return view(key.key) == view(indexed[index].name); };
    const auto found = std::ranges::find_if(keys, named);
    if (found == keys.end()) continue;
    auto& variable = *static_cast<ngx_http_variable_t*>(found->value);
    // Those that a configuration defines; of nginx's own some must stay as they are ($request_id).
    if ((variable.flags & NGX_HTTP_VAR_CHANGEABLE) != 0) variable.flags |= NGX_HTTP_VAR_NOCACHEABLE;
  }
}

}  // namespace gatehouse::gate
