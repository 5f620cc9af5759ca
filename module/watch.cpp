#include "module/watch.hpp"

#include <string>

#include "module/conf.hpp"
#include "module/evaluate.hpp"
#include "module/log.hpp"

namespace gatehouse::gate {
namespace {

constexpr ngx_msec_t kInterval = 250;

// Of this process, as nginx's timers and queues are.
ngx_queue_t requests;
ngx_event_t timer;
ngx_connection_t timer_owner;  // nginx's debug log wants to see a connection behind every event
std::uint64_t changes_seen = 0;

enum class Fate { kStays, kUnclear, kCloses };

Fate fate_of(const Policy& policy, const Verdict& verdict) {
  switch (verdict.status) {
    case Status::kDeviceBlocked:
    case Status::kSessionBlocked:
    case Status::kUserBlocked:
    case Status::kTokenBlocked:
    case Status::kIpBlocked:
      return Fate::kCloses;
    case Status::kBadToken:
      // Of a token that was good once only its times can be bad.
      return policy.close_expired ? Fate::kCloses : Fate::kStays;
    case Status::kOk:
    case Status::kAnonymous:
    case Status::kStaleAllowed:
      return Fate::kStays;
    default:
      return Fate::kUnclear;
  }
}

// As nginx closes a connection that it has no more use for: the upstream's goes with it, and of HTTP/2 it is
// the stream alone.
void close(RequestState& state, const Verdict& verdict) {
  ngx_connection_t* connection = state.main->connection;
  if (connection->close != 0) return;
  log_about(state.main, location_conf(state.main).severity(), "closed: " + std::string(name(verdict)));
  state.shared.closed.add();
  connection->close = 1;
  ngx_post_event(connection->read, &ngx_posted_events);
}

Fate look_at(RequestState& state) {
  Fate fate = Fate::kStays;
  for (Evaluation* evaluation = state.last; evaluation != nullptr; evaluation = evaluation->before) {
    if (!evaluation->verdict.passes() || evaluation->policy->dry_run) continue;
    const Verdict verdict = judge_again(*evaluation);
    switch (fate_of(*evaluation->policy, verdict)) {
      case Fate::kStays:
        break;
      case Fate::kUnclear:
        fate = Fate::kUnclear;
        break;
      case Fate::kCloses:
        evaluation->verdict = verdict;
        close(state, verdict);
        return Fate::kCloses;
    }
  }
  return fate;
}

RequestState& state_at(ngx_queue_t* place) {
  return *reinterpret_cast<RequestState::Link*>(place)->state;
}

// A block that was there when a request was let through did not hinder it: only a change can.
void look(ngx_event_t*) {
  if (ngx_queue_empty(&requests)) return;
  ngx_add_timer(&timer, kInterval);
  const RequestState& first = state_at(ngx_queue_head(&requests));
  const std::uint64_t changes = first.shared.changes.load(std::memory_order_acquire);
  if (changes == changes_seen && !main_conf(first.main).closes_expired) return;
  bool clear = true;
  for (ngx_queue_t* at = ngx_queue_head(&requests); at != ngx_queue_sentinel(&requests);
       at = ngx_queue_next(at))
    if (look_at(state_at(at)) == Fate::kUnclear) clear = false;
  if (clear) changes_seen = changes;
}

void begin() {
  ngx_queue_init(&requests);
  timer_owner.fd = static_cast<ngx_socket_t>(-1);
  timer.data = &timer_owner;
  timer.handler = look;
  timer.log = ngx_cycle->log;
  timer.cancelable = 1;  // a worker that is to end does not wait for it
}

}  // namespace

void watch(RequestState& state) {
  if (timer.handler == nullptr) begin();
  state.watched.state = &state;
  ngx_queue_insert_tail(&requests, &state.watched.place);
  if (timer.timer_set == 0) ngx_add_timer(&timer, kInterval);
}

void unwatch(RequestState& state) {
  ngx_queue_remove(&state.watched.place);
}

}  // namespace gatehouse::gate
