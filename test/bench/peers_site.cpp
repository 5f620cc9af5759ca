#include "test/bench/peers_site.hpp"

#include <filesystem>
#include <stdexcept>

namespace gatehouse::bench {
namespace {

const std::string kModules =
    "load_module /usr/share/nginx/modules/ndk_http_module.so;\n"
    "load_module /usr/share/nginx/modules/ngx_http_lua_module.so;\n";

std::string locations(const std::string& root, const std::string& content) {
  return "location " + root + "off/ { " + content + " }\nlocation " + root +
         "auth_request/ { auth_request /allowed; " + content + " }\nlocation " + root +
         "lua/ { access_by_lua_block { cache.check() } " + content + " }\n";
}

std::string configuration(const Upstream& upstream, int port) {
  return "access_log off;\nkeepalive_requests 1000000000;\nlua_shared_dict tokens 16m;\n"
         "lua_shared_dict blocks 16m;\ninit_by_lua_block { cache = dofile(\"" +
         std::filesystem::absolute("scripts/bench/verified_token_cache.lua").string() + "\") }\n" +
         upstream.declaration() +
         "server {\nlisten unix:@SOCKET@;\nlisten 127.0.0.1:" + std::to_string(port) + ";\n" + R"(
location = /allowed {
  internal;
  proxy_pass http://upstream/allow;
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header Connection "";
}
location = /remember { content_by_lua_block { cache.remember() } }
)" + locations("/static/", "empty_gif;") +
         locations("/proxied/", "proxy_pass http://upstream/;") + "}\n";
}

}  // namespace

PeersSite::PeersSite(const Upstream& upstream, const std::string& token) {
  const Pinned pinned(cores().client);
  nginx_.emplace(configuration(upstream, port_), kModules + workers_on(cores().server));
  const std::string bearer = "Authorization: Bearer " + token;
  nginx_->get("/remember?exp=99999999999&sub=user-1&sid=session-1&did=device-1", {bearer});
  const bool works = nginx_->get("/static/lua/", {bearer}).status == 200 &&
                     nginx_->get("/static/lua/", {bearer + 'x'}).status == 401 &&
                     nginx_->get("/static/auth_request/", {bearer}).status == 200;
  if (!works) throw std::runtime_error("the peers do not work: " + nginx_->error_log());
}

}  // namespace gatehouse::bench
