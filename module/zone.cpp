#include "module/zone.hpp"

#include <exception>

#include "module/pool.hpp"

extern "C" ngx_module_t ngx_http_gatehouse_module;

namespace gatehouse::gate {
namespace {

// Of the configuration that is in force while a new one is read; nullptr if it has none of this name.
Shared* running_zone(const ngx_shm_zone_t* zone) {
  // A new cycle replaces the pointer, nobody writes to the old one.
  const auto& running = const_cast<const ngx_cycle_t&>(*ngx_cycle);
  for (const ngx_list_part_t* part = &running.shared_memory.part; part != nullptr; part = part->next) {
    const auto* zones = static_cast<const ngx_shm_zone_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (zones[i].tag == zone->tag && view(zones[i].shm.name) == view(zone->shm.name))
        return static_cast<Shared*>(zones[i].data);
    }
  }
  return nullptr;
}

ngx_int_t keep_zone(ngx_shm_zone_t* zone, Shared& shared, const ZoneShares& wanted) {
  zone->data = &shared;
  const ZoneShares& present = shared.shares();
  if (present == wanted) return NGX_OK;
  const bool cache_differs = present.cache != wanted.cache;
  ngx_log_error(
      NGX_LOG_EMERG, zone->shm.log, 0,
      "gatehouse_zone \"%V\" has %uz bytes for %s and cannot change them to %uz while it is in use; "
      "change its size or name, too, or restart nginx",
      &zone->shm.name, cache_differs ? present.cache : present.events, cache_differs ? "its cache" : "events",
      cache_differs ? wanted.cache : wanted.events);
  return NGX_ERROR;
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* before_reload) {
  const ZoneShares wanted = *static_cast<const ZoneShares*>(zone->data);
  if (before_reload != nullptr) return keep_zone(zone, *static_cast<Shared*>(before_reload), wanted);
  auto* slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (zone->shm.exists != 0) return keep_zone(zone, *static_cast<Shared*>(slab->data), wanted);
  const std::size_t size = slab->pfree << ngx_pagesize_shift;
  void* memory = ngx_slab_alloc(slab, size);
  if (memory == nullptr) return NGX_ERROR;
  try {
    Shared* shared = Shared::lay_out(memory, size, wanted, system_random());
    if (Shared* running = running_zone(zone)) shared->copy(*running);
    slab->data = shared;
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "gatehouse_zone \"%V\": %s", &zone->shm.name,
                  error.what());
    return NGX_ERROR;
  }
  zone->data = slab->data;
  return NGX_OK;
}

}  // namespace

// Until nginx has made the memory, zone->data is what is wanted of it.
ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t name, std::size_t size, const ZoneShares& shares) {
  auto* wanted = make_in_pool<ZoneShares>(cf->pool, shares);
  ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_gatehouse_module);
  if (zone == nullptr) return nullptr;
  zone->data = wanted;
  zone->init = init_zone;
  return zone;
}

}  // namespace gatehouse::gate
