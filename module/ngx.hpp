// nginx's headers. They are C: the standard headers that they include come first, outside of extern "C".
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

extern "C" {
#include <ngx_config.h>
// After ngx_config.h only.
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
}

namespace gatehouse::gate {

inline std::string_view view(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

}  // namespace gatehouse::gate
