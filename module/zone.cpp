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

// What zone->data is until nginx has made the memory.
struct Wanted {
  std::size_t cache_size;
};

ngx_int_t keep_zone(ngx_shm_zone_t* zone, Shared& shared, std::size_t cache_size) {
  zone->data = &shared;
  if (shared.cache_size() == cache_size) return NGX_OK;
  ngx_log_error(
      NGX_LOG_EMERG, zone->shm.log, 0,
      "gatehouse_zone \"%V\" has a cache of %uz bytes and cannot change it to %uz while it is in use; "
      "change its size or name, too, or restart nginx",
      &zone->shm.name, shared.cache_size(), cache_size);
  return NGX_ERROR;
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* before_reload) {
  const std::size_t cache_size = static_cast<const Wanted*>(zone->data)->cache_size;
  if (before_reload != nullptr) return keep_zone(zone, *static_cast<Shared*>(before_reload), cache_size);
  auto* slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (zone->shm.exists != 0) return keep_zone(zone, *static_cast<Shared*>(slab->data), cache_size);
  const std::size_t size = slab->pfree << ngx_pagesize_shift;
  void* memory = ngx_slab_alloc(slab, size);
  if (memory == nullptr) return NGX_ERROR;
  try {
    Shared* shared = Shared::lay_out(memory, size, cache_size, system_random());
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

ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t name, std::size_t size, std::size_t cache_size) {
  auto* wanted = make_in_pool<Wanted>(cf->pool, cache_size);
  ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_gatehouse_module);
  if (zone == nullptr) return nullptr;
  zone->data = wanted;
  zone->init = init_zone;
  return zone;
}

}  // namespace gatehouse::gate
