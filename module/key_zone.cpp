#include "module/key_zone.hpp"

#include <exception>
#include <vector>

#include "module/conf.hpp"

namespace gatehouse::gate {
namespace {

// For what nginx keeps about the pages of a zone.
constexpr std::size_t kOverhead = 64 * 1024;

std::vector<BlockKey> owners_in(const MainConf& conf) {
  std::vector<BlockKey> owners;
  for (const Trusted& trusted : conf.trusted) owners.push_back(trusted.owner());
  return owners;
}

// While a configuration is read nginx still goes by the one before.
const MainConf& conf_in_force() {
  return *static_cast<const MainConf*>(
      ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_gatehouse_module));
}

void put_up_keys(KeyBoard& board, MainConf& conf, const std::vector<BlockKey>& in_force) {
  const std::vector<KeyBoard::Place> places = board.assign(owners_in(conf), in_force);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (const jose::KeySet& keys = conf.trusted[i].keys(); !keys.keys().empty())
      board.publish(places[i], 0, keys.jwks());
    conf.trusted[i].follow(board, places[i]);
  }
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* before_reload) {
  MainConf& conf = *static_cast<MainConf*>(zone->data);
  try {
    auto* slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
    auto* board = static_cast<KeyBoard*>(before_reload != nullptr ? before_reload : slab->data);
    if (board == nullptr) {
      void* memory = ngx_slab_alloc(slab, KeyBoard::size());
      if (memory == nullptr) return NGX_ERROR;
      board = KeyBoard::lay_out(memory);
      slab->data = board;
    }
    put_up_keys(*board, conf,
                before_reload != nullptr ? owners_in(conf_in_force()) : std::vector<BlockKey>{});
    zone->data = board;
    return NGX_OK;
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "gatehouse: the keys: %s", error.what());
    return NGX_ERROR;
  }
}

}  // namespace

ngx_int_t add_key_zone(ngx_conf_t* cf) {
  MainConf& conf = main_conf(cf);
  if (conf.zone == nullptr) return NGX_OK;
  ngx_str_t name = ngx_string("gatehouse_keys");
  conf.key_zone = ngx_shared_memory_add(cf, &name, KeyBoard::size() + kOverhead, &ngx_http_gatehouse_module);
  if (conf.key_zone == nullptr) return NGX_ERROR;
  conf.key_zone->data = &conf;
  conf.key_zone->init = init_zone;
  return NGX_OK;
}

}  // namespace gatehouse::gate
