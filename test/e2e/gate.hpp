// The gate without the daemon: nginx with the module, Redis, an upstream that shows the request it got.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "test/support/nginx.hpp"
#include "test/support/redis.hpp"
#include "test/support/tokens.hpp"

namespace gatehouse::test {

class Gate {
 public:
  // Lines of http {} that declare zone, Redis, one issuer and the upstream "echo".
  std::string declarations() const;

  // Starts nginx with `http` after the declarations, by default a server that protects /app/ and shows $pid,
  // and waits until a good token passes at `path`. `main` are lines before http {}.
  void start(const std::string& http = kServer, const std::string& path = "/app/",
             const std::string& main = Nginx::kTwoWorkers);
  // Without waiting for anything but nginx itself.
  void start_unready(const std::string& http = kServer, const std::string& main = Nginx::kTwoWorkers);

  Nginx& nginx() { return *nginx_; }
  Redis& redis() { return redis_; }
  const TokenMaker& tokens() const { return tokens_; }
  // Where the keys of the issuer are.
  std::string jwks_file() const { return folder_ / "jwks.json"; }

  // Blocks by a plain SET; `key` is what follows gatehouse:block:
  void block(const std::string& key, const std::string& value = "lost") const;
  void unblock(const std::string& key) const;

  long status(const std::string& path = "/app/", const std::string& bearer = "");
  // Whether the status becomes `expected` within the deadline.
  bool becomes(long expected, const std::string& path = "/app/", const std::string& bearer = "");
  // Asks until each of `workers` workers has answered, and expects the same status of all.
  void expect_in_every_worker(long expected, std::size_t workers = 2);

  static const char* const kServer;

 private:
  TempDir folder_;
  Redis redis_;
  TokenMaker tokens_;
  std::unique_ptr<Process> upstream_;
  std::unique_ptr<Nginx> nginx_;
};

// The `code` of a problem+json body.
std::string code_of(const HttpResponse& response);

}  // namespace gatehouse::test
