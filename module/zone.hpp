// The shared memory of gatehouse_zone: made by the master and kept over reloads; one of another size begins
// with what the old one holds.
#pragma once

#include "module/ngx.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

inline constexpr std::size_t kMinZoneSize = 2 * Shared::kMinSize;

// nullptr if nginx refuses, which it has logged then. Throws std::bad_alloc.
ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t name, std::size_t size, const ZoneShares& shares);

// What lies in the zone, once nginx has made it.
inline Shared& shared_of(const ngx_shm_zone_t* zone) {
  return *static_cast<Shared*>(zone->data);
}

}  // namespace gatehouse::gate
