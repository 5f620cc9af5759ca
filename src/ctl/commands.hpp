// The commands. Each is one file, which declares it to the command line and carries it out.
#pragma once

#include <functional>

#include "ctl/context.hpp"
#include "ctl/exit_status.hpp"

namespace CLI {
class App;
}

namespace gatehouse::ctl {

// What the command line has chosen.
using Action = std::function<ExitStatus(Context&)>;

void add_admin_create(CLI::App& admin, Action& chosen);
void add_users_list(CLI::App& users, Action& chosen);
void add_block(CLI::App& app, Action& chosen);
void add_unblock(CLI::App& app, Action& chosen);
void add_keys_list(CLI::App& keys, Action& chosen);
void add_keys_rotate(CLI::App& keys, Action& chosen);
void add_explain(CLI::App& app, Action& chosen);
void add_doctor(CLI::App& app, Action& chosen);
void add_jws_verify(CLI::App& jws, Action& chosen);

}  // namespace gatehouse::ctl
