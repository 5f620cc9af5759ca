#include "module/request_state.hpp"

#include <new>
#include <type_traits>

#include "module/conf.hpp"
#include "module/evaluate.hpp"
#include "module/watch.hpp"

namespace gatehouse::gate {
namespace {

static_assert(std::is_trivially_destructible_v<Evaluation> && std::is_trivially_destructible_v<RequestState>);

// With the request's pool. Also the mark by which find_state() knows ours.
void forget(void* data) {
  auto& state = *static_cast<RequestState*>(data);
  unwatch(state);
  for (const Evaluation* evaluation = state.last; evaluation != nullptr; evaluation = evaluation->before) {
    state.shared.verdicts.add(index_of(evaluation->verdict));
    if (evaluation->spared) state.shared.spared.add();
  }
}

}  // namespace

// nginx forgets a request's contexts at an internal redirect; the pool's clean-up still knows ours.
RequestState* find_state(ngx_http_request_t* r) {
  if (void* state = ngx_http_get_module_ctx(r, ngx_http_gatehouse_module))
    return static_cast<RequestState*>(state);
  if (r->internal == 0 && r->filter_finalize == 0) return nullptr;
  for (ngx_pool_cleanup_t* cleanup = r->pool->cleanup; cleanup != nullptr; cleanup = cleanup->next) {
    if (cleanup->handler != forget) continue;
    ngx_http_set_ctx(r, cleanup->data, ngx_http_gatehouse_module);
    return static_cast<RequestState*>(cleanup->data);
  }
  return nullptr;
}

RequestState& state_of(ngx_http_request_t* r) {
  if (RequestState* state = find_state(r)) return *state;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, sizeof(RequestState));
  if (cleanup == nullptr) throw std::bad_alloc();
  auto* state = new (cleanup->data) RequestState{r->main, shared_of(main_conf(r).zone)};
  cleanup->handler = forget;
  ngx_http_set_ctx(r, state, ngx_http_gatehouse_module);
  watch(*state);
  return *state;
}

}  // namespace gatehouse::gate
