// The release that all programs of this tree are of.
#pragma once

namespace gatehouse {

inline constexpr const char* kVersion = "0.3.0";

}  // namespace gatehouse
