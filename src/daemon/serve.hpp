// The running daemon: all parts, put together.
#pragma once

#include "settings/settings.hpp"

namespace gatehouse::daemon {

// Returns after SIGTERM or SIGINT. Throws if a part cannot start.
void serve(const settings::Settings& settings);

}  // namespace gatehouse::daemon
