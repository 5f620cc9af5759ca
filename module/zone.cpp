#include "module/zone.hpp"

#include <exception>

extern "C" ngx_module_t ngx_http_gatehouse_module;

namespace gatehouse::gate {
namespace {

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* before_reload) {
  if (before_reload != nullptr) {
    zone->data = before_reload;
    return NGX_OK;
  }
  auto* slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (zone->shm.exists != 0) {
    zone->data = slab->data;
    return NGX_OK;
  }
  const std::size_t size = slab->pfree << ngx_pagesize_shift;
  void* memory = ngx_slab_alloc(slab, size);
  if (memory == nullptr) return NGX_ERROR;
  try {
    slab->data = Shared::lay_out(memory, size, system_random());
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "gatehouse_zone \"%V\": %s", &zone->shm.name,
                  error.what());
    return NGX_ERROR;
  }
  zone->data = slab->data;
  return NGX_OK;
}

}  // namespace

ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t name, std::size_t size) {
  ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_gatehouse_module);
  if (zone != nullptr) zone->init = init_zone;
  return zone;
}

}  // namespace gatehouse::gate
