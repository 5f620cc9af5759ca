// $gatehouse_status, $gatehouse_subject and the others: empty unless the token was verified for the present
// location.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "module/ngx.hpp"

namespace gatehouse::gate {

// The names of the members that lead to a claim.
using ClaimPath = std::vector<std::string>;

ngx_int_t add_variables(ngx_conf_t* cf);
// $name for the claim at the end of the path, which lives as long as the configuration.
ngx_int_t add_claim_variable(ngx_conf_t* cf, std::string_view name, const ClaimPath& path);

}  // namespace gatehouse::gate
