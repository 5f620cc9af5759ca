// gatehouse-demo-upstream: an app to protect. It answers every request with what it received, so that one can
// see what the gate lets through and what it adds.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "http/server.hpp"

namespace {

using namespace gatehouse;

// As much as nginx passes on by default.
constexpr std::size_t kBodyLimit = 1024 * 1024;

http::Response echo(const http::Request& request) {
  std::string text = request.method + " " + request.target + " " + request.version + "\n";
  for (const http::Headers::Field& field : request.headers) text += field.name + ": " + field.value + "\n";
  text += "\n" + std::to_string(request.body.size()) + "\n";
  return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text)};
}

Endpoint endpoint_of(const std::string& text) {
  const Result<Endpoint, std::string> endpoint = Endpoint::parse(text);
  if (!endpoint) throw std::invalid_argument("--listen " + text + ": " + endpoint.error());
  return *endpoint;
}

int run(int argc, char** argv) {
  CLI::App app("An upstream for demonstrations: answers with the request that it received.",
               "gatehouse-demo-upstream");
  std::string listen;
  app.add_option("--listen", listen, "unix:/path or host:port")->required();
  CLI11_PARSE(app, argc, argv);
  http::Server server({endpoint_of(listen)}, {.body_bytes = kBodyLimit});
  server.run([](const http::Request& request, const http::Reply& reply) { reply(echo(request)); });
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) try { return run(argc, argv); } catch (const std::exception& error) {
  std::fprintf(stderr, "gatehouse-demo-upstream: %s\n", error.what());
  return EXIT_FAILURE;
}
