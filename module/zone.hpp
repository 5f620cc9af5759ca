// The shared memory of gatehouse_zone: made by the master, kept over reloads as long as its size stays. A
// zone of another size starts empty, so that every request is refused until it has been filled.
#pragma once

#include "module/ngx.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

inline constexpr std::size_t kMinZoneSize = 2 * Shared::kMinSize;

// nullptr if nginx refuses, which it has logged then.
ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t name, std::size_t size);

// What lies in the zone, once nginx has made it.
inline Shared& shared_of(const ngx_shm_zone_t* zone) {
  return *static_cast<Shared*>(zone->data);
}

}  // namespace gatehouse::gate
