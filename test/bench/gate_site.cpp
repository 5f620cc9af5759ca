#include "test/bench/gate_site.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "test/support/wait.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::chrono::seconds kLongestSync{60};

// empty_gif answers in the content phase; "return" would answer before the gate is asked.
std::string locations(const std::string& root, const std::string& content) {
  return "location " + root + "off/ { " + content + " }\nlocation " + root +
         "decision/ { gatehouse \"bench\"; " + content + " }\nlocation " + root + R"(headers/ {
  gatehouse "bench";
  gatehouse_header X-Auth-User $gatehouse_subject;
  gatehouse_header X-Auth-Device $gatehouse_device;
  gatehouse_header X-Auth-Roles $gatehouse_claim_roles;
  )" + content +
         " }\n";
}

}  // namespace

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no TCP port is free");
  return ntohs(address.sin_port);
}

std::string workers_on(int core, int workers) {
  return workers == 1 ? "worker_processes 1;\nworker_cpu_affinity " + affinity_mask(core) + ";\n"
                      : "worker_processes " + std::to_string(workers) + ";\n";
}

std::map<std::string, std::string> claims_of(std::size_t number) {
  const std::string suffix = '-' + std::to_string(number) + '"';
  // Longer than any run.
  const std::int64_t end = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) + 86'400;
  return {{"sub", "\"user" + suffix},
          {"sid", "\"session" + suffix},
          {"did", "\"device" + suffix},
          {"jti", "\"token" + suffix},
          {"exp", std::to_string(end)}};
}

Upstream::Upstream() {
  const Pinned pinned(cores().client);
  nginx_.emplace(
      "access_log off; keepalive_requests 1000000000; server { listen unix:@SOCKET@; listen 127.0.0.1:" +
          std::to_string(port_) + "; location / { empty_gif; } location = /allow { return 204; } }",
      workers_on(cores().client));
}

std::string Upstream::declaration() const {
  return "upstream upstream { server 127.0.0.1:" + std::to_string(port_) +
         "; keepalive 64; keepalive_requests 1000000000; }\n"
         "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\n";
}

GateSite::GateSite(const Upstream& upstream, GateOptions options)
    : options_(std::move(options)),
      upstream_(upstream),
      pinned_(options_.workers == 1 ? std::optional(cores().client) : std::nullopt),
      tokens_(options_.algorithm) {
  test::write_file(folder_ / "jwks.json", tokens_.jwks());
  if (options_.blocks > 0)
    redis_.cli("EVAL \"for i = 1, " + std::to_string(options_.blocks) +
               " do redis.call('SET', 'gatehouse:block:device:somebody-else-' .. i, 'lost') end\" 0");
  redis_.set_ready();
  nginx_.emplace(configuration(endpoint_), workers_on(cores().server, options_.workers));
  pinned_.reset();
  const std::string bearer = tokens_.bearer();
  const auto opens = [&] { return nginx_->get("/static/decision/", {bearer}).status == 200; };
  if (!test::wait_until(opens, kLongestSync))
    throw std::runtime_error("the gate does not open: " + nginx_->error_log());
}

std::string GateSite::single_process(const test::TempDir& folder, const Endpoint& endpoint) const {
  return test::Nginx::configure(folder, "master_process off;\ndaemon off;\n", configuration(endpoint));
}

std::string GateSite::configuration(const Endpoint& endpoint) const {
  return "access_log off;\nkeepalive_requests 1000000000;\ngatehouse_zone bench:" + options_.zone +
         ";\ngatehouse_redis " + redis_.address() + ";\ngatehouse_issuer bench {\n  issuer " +
         test::TokenMaker::issuer() + ";\n  audience " + test::TokenMaker::audience() + ";\n  jwks " +
         (folder_ / "jwks.json") + ";\n  algorithms " + std::string(jose::name(options_.algorithm)) +
         ";\n}\n" + upstream_.declaration() + "server {\nlisten unix:@SOCKET@;\nlisten " + endpoint.str() +
         (options_.workers > 1 ? " reuseport" : "") + ";\n" +
         "location = /worker { add_header X-Worker $pid; empty_gif; }\n" +
         locations("/static/", "empty_gif;") + locations("/proxied/", "proxy_pass http://upstream/;") + "}\n";
}

}  // namespace gatehouse::bench
