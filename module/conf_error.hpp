// Faults of a configuration, thrown where they are found and logged in one place.
#pragma once

#include <span>
#include <stdexcept>
#include <string>

#include "module/ngx.hpp"

namespace gatehouse::gate {

class ConfError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline std::span<ngx_str_t> arguments(ngx_conf_t* cf) {
  return {static_cast<ngx_str_t*>(cf->args->elts), cf->args->nelts};
}

inline std::string quoted(const ngx_str_t& text) {
  return '"' + std::string(view(text)) + '"';
}

inline void refuse_duplicate(bool already) {
  if (already) throw ConfError("duplicate directive");
}

// Runs the work of the directive called `name`; what it throws becomes an [emerg] with file and line.
template <typename Work>
char* directive(ngx_conf_t* cf, const ngx_str_t& name, Work work) {
  try {
    work();
    return NGX_CONF_OK;
  } catch (const std::exception& error) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", &name, error.what());
    return static_cast<char*>(NGX_CONF_ERROR);
  }
}

}  // namespace gatehouse::gate
