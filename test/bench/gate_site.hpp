// nginx with the gate as the benchmarks ask it: Redis, one issuer, locations with and without protection,
// static and proxied. The workers have the server's core, everything else the client's.
//
//   Upstream upstream;
//   GateSite site(upstream);
//   site.url("/static/decision/");      // also /static/off/ and …/headers/, and the same under /proxied/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "test/bench/machine.hpp"
#include "test/support/nginx.hpp"
#include "test/support/redis.hpp"
#include "test/support/tokens.hpp"

namespace gatehouse::bench {

// A TCP port of the loopback address that nobody uses.
int free_port();

// What stands behind a proxy: empty_gif at /, 204 at /allow.
class Upstream {
 public:
  Upstream();
  // Lines of http {} that name it "upstream", with connections kept, and what a proxy needs for that.
  std::string declaration() const;

 private:
  int port_ = free_port();
  std::optional<test::Nginx> nginx_;
};

struct GateOptions {
  std::string zone = "32m";
  jose::Algorithm algorithm = jose::Algorithm::kEdDSA;
  // In Redis before the gate starts.
  std::size_t blocks = 0;
  // One worker has the server's core; more of them have all cores.
  int workers = 1;
};

class GateSite {
 public:
  // `upstream` lives longer.
  explicit GateSite(const Upstream& upstream, GateOptions options = {});

  std::string url(const std::string& path) const { return "http://" + endpoint_.str() + path; }
  const Endpoint& endpoint() const { return endpoint_; }
  const test::Redis& redis() const { return redis_; }
  const test::TokenMaker& tokens() const { return tokens_; }
  // A configuration file in the folder for an nginx of one process that listens there instead.
  std::string single_process(const test::TempDir& folder, const Endpoint& endpoint) const;
  std::vector<pid_t> workers() const { return nginx_->workers(); }
  pid_t worker() const { return workers().front(); }

 private:
  std::string configuration(const Endpoint& endpoint) const;

  const GateOptions options_;
  const Upstream& upstream_;
  std::optional<Pinned> pinned_;  // while the processes are started
  test::TempDir folder_;
  test::Redis redis_;
  test::TokenMaker tokens_;
  Endpoint endpoint_{.path = {}, .host = "127.0.0.1", .port = static_cast<std::uint16_t>(free_port())};
  std::optional<test::Nginx> nginx_;
};

// Lines before http {} for one worker on the core, or several on all.
std::string workers_on(int core, int workers = 1);
// A token's claims that name a bearer whom nobody else is: {"sub": "user-7", …}.
std::map<std::string, std::string> claims_of(std::size_t number);

}  // namespace gatehouse::bench
