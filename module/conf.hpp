// The module's configuration: what the directives said, merged from http to location.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "module/header_names.hpp"
#include "module/ngx.hpp"
#include "module/policy.hpp"
#include "module/redis_connection.hpp"
#include "module/trusted.hpp"
#include "module/zone.hpp"

extern "C" ngx_module_t ngx_http_gatehouse_module;

namespace gatehouse::gate {

struct IdentityHeader {
  ngx_str_t name;
  ngx_str_t lowercase_name;
  ngx_http_complex_value_t value;
};

// A place in the configuration.
struct Mention {
  const char* file;
  ngx_uint_t line;

  static Mention here(ngx_conf_t* cf) {
    return {reinterpret_cast<const char*>(cf->conf_file->file.name.data), cf->conf_file->line};
  }
};

// The names of gatehouse_use.
struct UsedIssuers {
  std::vector<ngx_str_t> names;
  Mention mention;
};

struct MainConf {
  ngx_shm_zone_t* zone = nullptr;
  ngx_shm_zone_t* key_zone = nullptr;
  std::optional<RedisOptions> redis;
  std::vector<std::unique_ptr<const Issuer>> issuers;
  std::deque<Trusted> trusted;  // all of them
  HeaderNames identity_names;   // of every gatehouse_header
  std::deque<Policy> policies;
  ngx_int_t request_id_index = NGX_ERROR;
  std::vector<std::string> token_cookies = own_cookies();  // Gatehouse's, and those of gatehouse_token
  bool tokens_in_arguments = false;
  bool closes_expired = false;        // somewhere
  bool tells_events = false;          // somewhere
  std::vector<ngx_uint_t> decisive;   // the indices of variables in values that decide or tell who is asking
  std::optional<Mention> protection;  // the first place that asks for it
  std::optional<Mention> metrics;

  const Policy* policy(const Policy& wanted);

 private:
  static std::vector<std::string> own_cookies();
};

// What "gatehouse" says.
struct Protection {
  bool on = false;
  bool optional = false;
  std::string realm{};
};

// What is not said here is inherited.
struct LocationConf {
  std::optional<Protection> protection;
  std::optional<UsedIssuers> used;  // all issuers if nobody says so
  std::optional<std::vector<TokenSource>> sources;
  std::optional<bool> csrf;
  std::optional<std::vector<std::string>> origins;
  std::optional<bool> preflight;
  std::optional<Staleness> stale;
  std::shared_ptr<std::vector<Requirement>> requirements;
  std::shared_ptr<std::vector<IdentityHeader>> headers;
  std::optional<bool> pass_cookies;
  std::optional<bool> close_expired;
  std::optional<bool> dry_run;
  std::optional<ToldEvents> events;
  std::optional<ngx_uint_t> log_level;

  // After merging; nullptr: not protected.
  const Policy* policy = nullptr;

  ngx_uint_t severity() const { return log_level.value_or(NGX_LOG_INFO); }
};

inline MainConf& main_conf(ngx_http_request_t* r) {
  return *static_cast<MainConf*>(ngx_http_get_module_main_conf(r, ngx_http_gatehouse_module));
}
inline MainConf& main_conf(ngx_conf_t* cf) {
  return *static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_gatehouse_module));
}
inline LocationConf& location_conf(ngx_http_request_t* r) {
  return *static_cast<LocationConf*>(ngx_http_get_module_loc_conf(r, ngx_http_gatehouse_module));
}

void* create_main_conf(ngx_conf_t* cf);
char* init_main_conf(ngx_conf_t* cf, void* conf);
void* create_location_conf(ngx_conf_t* cf);
char* merge_location_conf(ngx_conf_t* cf, void* parent, void* child);

}  // namespace gatehouse::gate
