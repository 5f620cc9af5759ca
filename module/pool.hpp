// C++ objects that live as long as an nginx pool.
#pragma once

#include <new>
#include <utility>

#include "module/ngx.hpp"

namespace gatehouse::gate {

// Destroyed with the pool. Throws std::bad_alloc.
template <typename T, typename... Arguments>
T* make_in_pool(ngx_pool_t* pool, Arguments&&... arguments) {
  static_assert(alignof(T) <= NGX_ALIGNMENT);
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(pool, sizeof(T));
  if (cleanup == nullptr) throw std::bad_alloc();
  T* object = new (cleanup->data) T{std::forward<Arguments>(arguments)...};
  cleanup->handler = [](void* data) { static_cast<T*>(data)->~T(); };
  return object;
}

// A copy in the pool. Throws std::bad_alloc.
inline ngx_str_t copy_to_pool(ngx_pool_t* pool, std::string_view text) {
  auto* data = static_cast<u_char*>(ngx_pnalloc(pool, text.size() + 1));
  if (data == nullptr) throw std::bad_alloc();
  if (!text.empty()) ngx_memcpy(data, text.data(), text.size());
  return {text.size(), data};
}

}  // namespace gatehouse::gate
