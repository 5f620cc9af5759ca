#include "module/helper.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <vector>

#include "module/conf.hpp"
#include "module/event_feed.hpp"
#include "module/key_feed.hpp"
#include "module/key_zone.hpp"
#include "module/link.hpp"

namespace gatehouse::gate {
namespace {

// How often what the threads have to say is logged.
constexpr ngx_msec_t kLogInterval = 200;
// The manager is asked once; the threads need no more of nginx.
constexpr ngx_msec_t kManagerInterval = 60 * 60 * 1000;

// Nginx kills a helper that takes much longer to leave.
constexpr std::chrono::milliseconds kLastPatience{500};

// Of this process: there is one helper, one of each in it, and nginx's timers have no owner either.
std::unique_ptr<Link> running_link;
std::unique_ptr<KeyFeed> running_feed;
std::unique_ptr<EventFeed> running_events;
ngx_event_t log_timer;
ngx_connection_t log_timer_owner;  // nginx's debug log wants to see a connection behind every event

void log_what_was_said(ngx_event_t* event) {
  const auto log = [](Background::Level level, const std::string& text) {
    const ngx_uint_t severity = level == Background::Level::kError ? NGX_LOG_ERR : NGX_LOG_NOTICE;
    ngx_log_error(severity, ngx_cycle->log, 0, "gatehouse: %s", text.c_str());
  };
  running_link->drain(log);
  running_feed->drain(log);
  if (running_events != nullptr) running_events->drain(log);
  ngx_add_timer(event, kLogInterval);
}

std::vector<KeyFeed::Watched> watched(const MainConf& conf) {
  std::vector<KeyFeed::Watched> issuers;
  for (const Trusted& trusted : conf.trusted)
    issuers.push_back({trusted.issuer().name, trusted.issuer().keys, trusted.place()});
  return issuers;
}

void start_link(const MainConf& conf, ngx_log_t* log) {
  try {
    running_feed = std::make_unique<KeyFeed>(watched(conf), key_board_of(conf.key_zone));
    if (conf.tells_events) running_events = std::make_unique<EventFeed>(*conf.redis, shared_of(conf.zone));
    running_link = std::make_unique<Link>(*conf.redis, shared_of(conf.zone));
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_ALERT, log, 0, "gatehouse: the link did not start: %s", error.what());
    return;
  }
  log_timer_owner.fd = static_cast<ngx_socket_t>(-1);
  log_timer.data = &log_timer_owner;
  log_timer.handler = log_what_was_said;
  log_timer.log = log;
  log_timer.cancelable = 1;
  ngx_add_timer(&log_timer, kLogInterval);
}

// The helper leaves by exit(), which destroys what the threads use: the threads go first, or nothing is
// destroyed.
void leave() {
  if (running_link == nullptr) return;
  const bool all_ended = running_link->stop(kLastPatience) && running_feed->stop(kLastPatience) &&
                         (running_events == nullptr || running_events->stop(kLastPatience));
  if (!all_ended) std::_Exit(EXIT_SUCCESS);
}

ngx_msec_t manage(void* data) {
  if (running_link != nullptr) return kManagerInterval;
  start_link(*static_cast<MainConf*>(data), ngx_cycle->log);
  if (running_link == nullptr) return kLogInterval;
  std::atexit(leave);
  return kManagerInterval;
}

bool needs_link(const MainConf& conf) {
  return conf.zone != nullptr && conf.redis.has_value();
}

}  // namespace

// The path must exist, and nginx makes it and gives it to its workers' user. So it takes the name of one that
// the configuration has already: http always has those of its temporary files.
ngx_int_t ask_for_helper(ngx_conf_t* cf) {
  MainConf& conf = main_conf(cf);
  if (!needs_link(conf)) return NGX_OK;
  ngx_array_t& paths = cf->cycle->paths;
  if (paths.nelts == 0) return NGX_ERROR;
  const ngx_path_t& existing = **static_cast<ngx_path_t**>(paths.elts);

  auto* path = static_cast<ngx_path_t*>(ngx_pcalloc(cf->pool, sizeof(ngx_path_t)));
  auto** slot = static_cast<ngx_path_t**>(ngx_array_push(&paths));
  if (path == nullptr || slot == nullptr) return NGX_ERROR;
  path->name = existing.name;
  path->manager = manage;
  path->data = &conf;
  *slot = path;
  return NGX_OK;
}

ngx_int_t start_link_without_helper(ngx_cycle_t* cycle) {
  if (ngx_process != NGX_PROCESS_SINGLE) return NGX_OK;
  const auto* conf =
      static_cast<MainConf*>(ngx_http_cycle_get_module_main_conf(cycle, ngx_http_gatehouse_module));
  if (conf != nullptr && needs_link(*conf)) start_link(*conf, cycle->log);
  return NGX_OK;
}

void end_link_without_helper(ngx_cycle_t*) {
  if (running_link == nullptr) return;
  ngx_del_timer(&log_timer);
  running_link.reset();
  running_feed.reset();
  running_events.reset();
}

ngx_int_t renew_link_without_helper(ngx_cycle_t* cycle) {
  if (running_link == nullptr) return NGX_OK;
  end_link_without_helper(cycle);
  return start_link_without_helper(cycle);
}

}  // namespace gatehouse::gate
