// The checks of the doctor, one file each. None throws for what is wrong with the part that it looks at.
#pragma once

#include <string>

#include "ctl/context.hpp"
#include "ctl/doctor/finding.hpp"

namespace gatehouse::ctl {

// False if the settings cannot be read: then nothing else can be looked at.
bool check_settings(Context& context, Findings& findings);
// False if PostgreSQL does not answer: what is in it cannot be looked at then.
bool check_postgresql(Context& context, Findings& findings);
void check_redis(Context& context, bool database_answers, Findings& findings);
void check_signing_keys(Context& context, Findings& findings);
void check_daemon(Context& context, Findings& findings);
// `protected_url` names a location with the gate; empty: only nginx is asked for.
void check_nginx(Context& context, const std::string& protected_url, Findings& findings);
void check_time_service(Findings& findings);

}  // namespace gatehouse::ctl
