// The state of the gate as Prometheus reads it (text format 0.0.4).
#pragma once

#include <string>

#include "module/shared.hpp"

namespace gatehouse::gate {

std::string metrics_text(Shared& shared, Monotonic now);

}  // namespace gatehouse::gate
