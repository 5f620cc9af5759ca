// Requests that last: a download, a stream of events, an upgraded connection. What was checked when they
// began may end while they run, so each worker looks at its own from time to time and closes those whose
// session, device, user, token or address is blocked by now.
#pragma once

#include "module/request_state.hpp"

namespace gatehouse::gate {

void watch(RequestState& state);
void unwatch(RequestState& state);

}  // namespace gatehouse::gate
