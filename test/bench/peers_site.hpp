// The same nginx with what others put in front of a location: auth_request to a local 204 over kept
// connections, and a cache of verified tokens in Lua. Locations as those of GateSite: /static/off/,
// …/auth_request/, …/lua/.
#pragma once

#include <string>

#include "test/bench/gate_site.hpp"

namespace gatehouse::bench {

class PeersSite {
 public:
  // The Lua cache knows `token`.
  PeersSite(const Upstream& upstream, const std::string& token);

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  pid_t worker() const { return nginx_->workers().front(); }

 private:
  int port_ = free_port();
  std::optional<test::Nginx> nginx_;
};

}  // namespace gatehouse::bench
