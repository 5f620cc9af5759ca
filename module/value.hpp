// Values with variables in them, on which depends what a request may do or whom an upstream takes it for.
#pragma once

#include "module/ngx.hpp"

namespace gatehouse::gate {

// Throws ConfError.
ngx_http_complex_value_t compile_value(ngx_conf_t* cf, ngx_str_t& text);

// Once the whole configuration is read: nginx computes the configured variables in those values anew each
// time. What a "map" made of the claims that one location has verified must not decide in the next one.
void keep_values_fresh(ngx_conf_t* cf);

}  // namespace gatehouse::gate
