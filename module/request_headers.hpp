// The headers of a client's request, as nginx keeps them.
#pragma once

#include <new>

#include "module/ngx.hpp"

namespace gatehouse::gate {

template <typename Visit>
void for_each_header(ngx_http_request_t* r, Visit visit) {
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr; part = part->next) {
    auto* headers = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) visit(headers[i]);
  }
}

inline ngx_uint_t count_headers(const ngx_http_request_t* r) {
  ngx_uint_t count = 0;
  for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr; part = part->next)
    count += part->nelts;
  return count;
}

// A list to take the place of the present one. A subrequest shares its parent's headers, and a list of one
// part keeps its head in the request itself: neither is ever changed in place.
class NewHeaders {
 public:
  // Throws std::bad_alloc.
  NewHeaders(ngx_http_request_t* r, ngx_uint_t capacity) : r_(r) {
    list_.pool = r->pool;
    list_.size = sizeof(ngx_table_elt_t);
    // A list without room could never grow: ngx_list_push() makes each part as long as the first.
    list_.nalloc = capacity + 1;
    list_.part.elts = ngx_pcalloc(r->pool, list_.nalloc * list_.size);
    if (list_.part.elts == nullptr) throw std::bad_alloc();
  }

  ngx_table_elt_t* add(const ngx_table_elt_t& header) {
    auto* added = static_cast<ngx_table_elt_t*>(list_.part.elts) + list_.part.nelts++;
    *added = header;
    return added;
  }

  void commit() {
    r_->headers_in.headers = list_;
    r_->headers_in.headers.last = &r_->headers_in.headers.part;
  }

 private:
  ngx_http_request_t* r_;
  ngx_list_t list_{};
};

}  // namespace gatehouse::gate
