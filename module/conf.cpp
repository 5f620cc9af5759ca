#include "module/conf.hpp"

#include <algorithm>
#include <exception>

#include "module/pool.hpp"

namespace gatehouse::gate {
namespace {

// The life of an access token: a token issued after a block is not affected by missing it.
constexpr Staleness kDefaultStale{.after = std::chrono::minutes(5)};

// Both for std::optional and for pointers.
template <typename T>
void inherit(T& own, const T& before) {
  if (!own) own = before;
}

Policy policy_of(const LocationConf& conf) {
  return {.realm = conf.protection->realm,
          .optional = conf.protection->optional,
          .sources = conf.sources.value_or(std::vector{TokenSource{}}),
          .csrf = conf.csrf.value_or(true),
          .origins = conf.origins.value_or(std::vector<std::string>{}),
          .preflight = conf.preflight.value_or(false),
          .stale = conf.stale.value_or(kDefaultStale),
          .requirements = conf.requirements};
}

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
  const auto& before = *static_cast<LocationConf*>(parent);
  auto& conf = *static_cast<LocationConf*>(child);
  try {
    inherit(conf.protection, before.protection);
    inherit(conf.sources, before.sources);
    inherit(conf.csrf, before.csrf);
    inherit(conf.origins, before.origins);
    inherit(conf.preflight, before.preflight);
    inherit(conf.stale, before.stale);
    inherit(conf.requirements, before.requirements);
    inherit(conf.headers, before.headers);
    if (conf.protection && conf.protection->on) conf.policy = main_conf(cf).policy(policy_of(conf));
  } catch (const std::exception&) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  return NGX_CONF_OK;
}

}  // namespace gatehouse::gate
