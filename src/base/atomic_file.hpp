// Replaces a file in one step: a reader sees the old content or the new, whole, also after a crash.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace gatehouse {

// Throws std::system_error; then the old file is as it was.
void write_file_atomically(const std::string& path, std::string_view content, mode_t mode);

}  // namespace gatehouse
