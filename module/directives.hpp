// What the module's directives do with their arguments; each stops the configuration with a message that
// names file and line.
#pragma once

#include "module/ngx.hpp"

namespace gatehouse::gate {

char* set_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_redis(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_issuer(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* add_claim(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* add_header(ngx_conf_t* cf, ngx_command_t* command, void* conf);

// Of the policy of a location.
char* set_protection(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_use(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_sources(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_csrf(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_pass_cookies(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_close_expired(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_dry_run(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_events(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_log_level(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* add_origins(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_preflight(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* set_stale(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* add_requirement(ngx_conf_t* cf, ngx_command_t* command, void* conf);

// A location's content.
char* set_metrics(ngx_conf_t* cf, ngx_command_t* command, void* conf);

}  // namespace gatehouse::gate
