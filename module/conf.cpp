#include "module/conf.hpp"

#include <algorithm>
#include <exception>

#include "contract/cookies.hpp"
#include "module/conf_error.hpp"
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

// The issuers that a location accepts; throws a ConfError about the first name that is none.
std::vector<Trusted*> accepted_issuers(MainConf& main, const std::optional<UsedIssuers>& used) {
  std::vector<Trusted*> accepted;
  if (!used) {
    for (Trusted& trusted : main.trusted) accepted.push_back(&trusted);
    return accepted;
  }
  for (const ngx_str_t& name : used->names) {
    const auto named = [&](const Trusted& trusted) { return trusted.issuer().name == view(name); };
    const auto found = std::ranges::find_if(main.trusted, named);
    if (found == main.trusted.end()) throw ConfError("no gatehouse_issuer has the name " + quoted(name));
    accepted.push_back(&*found);
  }
  return accepted;
}

Policy policy_of(MainConf& main, const LocationConf& conf) {
  return {.realm = conf.protection->realm,
          .optional = conf.protection->optional,
          .sources = conf.sources.value_or(std::vector{TokenSource{}}),
          .csrf = conf.csrf.value_or(true),
          .origins = conf.origins.value_or(std::vector<std::string>{}),
          .preflight = conf.preflight.value_or(false),
          .stale = conf.stale.value_or(kDefaultStale),
          .accepted = accepted_issuers(main, conf.used),
          .requirements = conf.requirements,
          .close_expired = conf.close_expired.value_or(false),
          .dry_run = conf.dry_run.value_or(false),
          .events = conf.events.value_or(ToldEvents::kNone)};
}

char* missing(ngx_conf_t* cf, const Mention& mention, const char* directive, const char* needed) {
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%s\" in %s:%ui needs a \"%s\" in the http block", directive,
                mention.file, mention.line, needed);
  return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace

const Policy* MainConf::policy(const Policy& wanted) {
  closes_expired = closes_expired || wanted.close_expired;
  tells_events = tells_events || wanted.events != ToldEvents::kNone;
  const auto known = std::ranges::find(policies, wanted);
  return known != policies.end() ? &*known : &policies.emplace_back(wanted);
}

std::vector<std::string> MainConf::own_cookies() {
  std::vector<std::string> names;
  for (const auto& [prefix, name] : {std::pair{contract::kHostPrefix, contract::kAccessCookie},
                                     {contract::kSecurePrefix, contract::kRefreshCookie},
                                     {contract::kHostPrefix, contract::kDeviceCookie}}) {
    names.emplace_back(name);
    names.push_back(std::string(prefix).append(name));
  }
  return names;
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
  if (conf.metrics && conf.zone == nullptr)
    return missing(cf, *conf.metrics, "gatehouse_metrics", "gatehouse_zone");
  if (!conf.protection) return NGX_CONF_OK;
  if (conf.zone == nullptr) return missing(cf, *conf.protection, "gatehouse", "gatehouse_zone");
  if (!conf.redis) return missing(cf, *conf.protection, "gatehouse", "gatehouse_redis");
  if (conf.issuers.empty()) return missing(cf, *conf.protection, "gatehouse", "gatehouse_issuer");
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
    inherit(conf.used, before.used);
    inherit(conf.sources, before.sources);
    inherit(conf.csrf, before.csrf);
    inherit(conf.origins, before.origins);
    inherit(conf.preflight, before.preflight);
    inherit(conf.stale, before.stale);
    inherit(conf.requirements, before.requirements);
    inherit(conf.headers, before.headers);
    inherit(conf.pass_cookies, before.pass_cookies);
    inherit(conf.close_expired, before.close_expired);
    inherit(conf.dry_run, before.dry_run);
    inherit(conf.events, before.events);
    inherit(conf.log_level, before.log_level);
    if (conf.protection && conf.protection->on)
      conf.policy = main_conf(cf).policy(policy_of(main_conf(cf), conf));
  } catch (const ConfError& error) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"gatehouse_use\": %s in %s:%ui", error.what(),
                  conf.used->mention.file, conf.used->mention.line);
    return static_cast<char*>(NGX_CONF_ERROR);
  } catch (const std::exception&) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  return NGX_CONF_OK;
}

}  // namespace gatehouse::gate
