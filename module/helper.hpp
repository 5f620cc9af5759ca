// Where the link runs: nginx's helper process, which nginx starts for whoever owns a path with a manager, and
// respawns when it dies. Without a master process there is no helper; then the one process runs the link.
#pragma once

#include "module/ngx.hpp"

namespace gatehouse::gate {

// While the configuration is read.
ngx_int_t ask_for_helper(ngx_conf_t* cf);
// When a process starts, and when it ends.
ngx_int_t start_link_without_helper(ngx_cycle_t* cycle);
void end_link_without_helper(ngx_cycle_t* cycle);
// When another configuration takes over: afterwards nginx unmaps the zones that it does not have.
ngx_int_t renew_link_without_helper(ngx_cycle_t* cycle);

}  // namespace gatehouse::gate
