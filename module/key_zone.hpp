// The shared memory of the issuers' keys, kept over reloads, so that the keys of a url are there at once.
#pragma once

#include "module/key_board.hpp"
#include "module/ngx.hpp"

namespace gatehouse::gate {

// While the configuration is read, after all issuers. Once nginx has made the memory, the keys of files are
// in it and the issuers follow it.
ngx_int_t add_key_zone(ngx_conf_t* cf);

inline KeyBoard& key_board_of(const ngx_shm_zone_t* zone) {
  return *static_cast<KeyBoard*>(zone->data);
}

}  // namespace gatehouse::gate
