// The HTTP/1.1 server: connections, limits and timeouts; it knows neither routes nor accounts.
//
//   Server server({*Endpoint::parse("unix:/run/gatehouse/daemon.sock")});
//   server.run([](Request request, Reply reply) { reply({.status = 200, .headers = {}, .body = "hello\n"});
//   });
//
// One thread, the caller of run(), does all I/O and calls the handler, which must not block: what takes time
// is done elsewhere and replied from there. What is not a request is answered here, as problem+json.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/endpoint.hpp"
#include "http/message.hpp"

namespace gatehouse::http {

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t connections = 1024;                  // above, new ones wait in the kernel's backlog
  std::chrono::milliseconds idle_timeout{75'000};  // between requests
  std::chrono::milliseconds read_timeout{15'000};  // for a header, and again for a body
  std::chrono::milliseconds write_timeout{15'000};
  std::chrono::milliseconds answer_timeout{60'000};  // for the handler's reply; then 503
  std::chrono::milliseconds stop_timeout{10'000};    // for running requests once the server stops
};

class Server {
 public:
  // Listens when this returns; throws std::runtime_error that names the endpoint.
  explicit Server(const std::vector<Endpoint>& endpoints, ServerLimits limits = {});
  // Every Reply must have been called or dropped before.
  ~Server();

  // Serves until SIGTERM, SIGINT or stop(): then accepts no more, finishes the running requests and returns.
  void run(const Handler& handler);
  // From any thread; also before run(), which then returns at once.
  void stop();

  // With the ports that the kernel chose where 0 was asked for.
  std::vector<Endpoint> endpoints() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace gatehouse::http
