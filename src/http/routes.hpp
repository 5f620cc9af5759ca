// The URL table of the daemon.
#pragma once

#include <vector>

#include "http/router.hpp"

namespace gatehouse::http {

const std::vector<Route>& routes();

}  // namespace gatehouse::http
