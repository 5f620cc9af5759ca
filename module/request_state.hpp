// What is remembered of a request while it lasts. A request and its subrequests share it, as they share one
// pool.
#pragma once

#include <optional>
#include <span>

#include "module/ngx.hpp"
#include "module/shared.hpp"

namespace gatehouse::gate {

struct Evaluation;

// In the request's pool; nothing in it needs a destructor.
struct RequestState {
  struct Link {
    ngx_queue_t place;  // first: nginx's queues know no more than this
    RequestState* state;
  };

  ngx_http_request_t* main;
  Shared& shared;
  Evaluation* last = nullptr;  // what was asked for last comes first
  // The client's Cookie headers, once some of its cookies were hidden.
  std::optional<std::span<const ngx_table_elt_t>> cookies{};
  Link watched{};
};

// nullptr before anything was remembered.
RequestState* find_state(ngx_http_request_t* r);
// Begins to remember, and to watch how long the request lasts. Throws std::bad_alloc.
RequestState& state_of(ngx_http_request_t* r);

}  // namespace gatehouse::gate
