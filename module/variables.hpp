// $gatehouse_status, $gatehouse_subject and the others: empty unless the token was verified for the present
// location.
#pragma once

#include "module/ngx.hpp"

namespace gatehouse::gate {

ngx_int_t add_variables(ngx_conf_t* cf);

}  // namespace gatehouse::gate
