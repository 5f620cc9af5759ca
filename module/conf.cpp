#include "module/conf.hpp"

#include <algorithm>
#include <exception>

#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

// The life of an access token: a token issued after a block is not affected by missing it.
constexpr ngx_msec_t kDefaultStale = 5 * 60 * 1000;

char* missing(ngx_conf_t* cf, const MainConf& conf, const char* directive) {
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"gatehouse\" in %s:%ui needs a \"%s\" in the http block",
                conf.protected_file, conf.protected_line, directive);
  return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace

const Policy* MainConf::policy(const Policy& wanted) {
  const auto known = std::ranges::find(policies, wanted);
  return known != policies.end() ? &*known : &policies.emplace_back(wanted);
}

void* create_main_conf(ngx_conf_t* cf) {
  try {
    return make_in_pool<MainConf>(cf->pool);
  } catch (const std::exception&) {
    return nullptr;
  }
}

char* init_main_conf(ngx_conf_t* cf, void* data) {
  const auto& conf = *static_cast<MainConf*>(data);
  if (conf.protected_file == nullptr) return NGX_CONF_OK;
  if (conf.zone == nullptr) return missing(cf, conf, "gatehouse_zone");
  if (!conf.redis) return missing(cf, conf, "gatehouse_redis");
  if (conf.issuers.empty()) return missing(cf, conf, "gatehouse_issuer");
  return NGX_CONF_OK;
}

void* create_location_conf(ngx_conf_t* cf) {
  try {
    return make_in_pool<LocationConf>(cf->pool);
  } catch (const std::exception&) {
    return nullptr;
  }
}

char* merge_location_conf(ngx_conf_t* cf, void* parent, void* child) {
  auto& before = *static_cast<LocationConf*>(parent);
  auto& conf = *static_cast<LocationConf*>(child);
  MainConf& main = main_conf(cf);

  if (conf.protect == NGX_CONF_UNSET) conf.realm = before.realm;
  ngx_conf_merge_value(conf.protect, before.protect, 0);
  ngx_conf_merge_msec_value(conf.stale, before.stale, kDefaultStale);
  if (conf.own_headers) {
    conf.headers = &*conf.own_headers;
  } else {
    // The http level is not merged itself.
    conf.headers = before.own_headers ? &*before.own_headers : before.headers;
  }
  try {
    if (conf.protect != 0) conf.policy = main.policy({.realm = conf.realm, .stale = conf.stale});
  } catch (const std::exception&) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  return NGX_CONF_OK;
}

}  // namespace gatehouse::gate
