#include "test/e2e/gate.hpp"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "test/support/wait.hpp"

namespace gatehouse::test {

const char* const Gate::kServer = R"(
  server {
    listen unix:@SOCKET@;
    add_header X-Worker $pid always;
    add_header X-Status $gatehouse_status always;
    location / { root @DIR@; }
    location /app/ { gatehouse "app"; proxy_pass http://echo; }
  }
)";

std::string Gate::declarations() const {
  return "gatehouse_zone gate:4m;\ngatehouse_redis " + redis_.address() +
         ";\ngatehouse_issuer main {\n  issuer " + TokenMaker::issuer() + ";\n  audience " +
         TokenMaker::audience() + " other;\n  jwks " + jwks_file() +
         ";\n  algorithms EdDSA;\n}\nupstream echo { server unix:" + (folder_ / "echo.sock") + "; }\n";
}

void Gate::start(const std::string& http, const std::string& path, const std::string& main) {
  redis_.set_ready();
  start_unready(http, main);
  if (!becomes(200, path)) throw std::runtime_error("the gate does not open: " + nginx_->error_log());
}

void Gate::start_unready(const std::string& http, const std::string& main) {
  const char* build = std::getenv("BUILD_DIR");
  write_file(jwks_file(), tokens_.jwks());
  if (!upstream_)
    upstream_ =
        std::make_unique<Process>(std::vector<std::string>{std::string(build ? build : ".build/release") +
                                                               "/bin/gatehouse-demo-upstream",
                                                           "--listen", "unix:" + (folder_ / "echo.sock")},
                                  folder_ / "echo.log");
  // Not merely until the socket is there: its own server may still change its mode.
  const HttpRequest probe{.url = "http://localhost/", .unix_socket = folder_ / "echo.sock"};
  if (!wait_until([&] { return probe.send().status == 200; }))
    throw std::runtime_error("the upstream does not start: " + read_file(folder_ / "echo.log"));
  // Nginx's workers are another user's when the tests run as root.
  std::filesystem::permissions(folder_ / "echo.sock", std::filesystem::perms(0666));
  nginx_ = std::make_unique<Nginx>(declarations() + http, main);
}

void Gate::block(const std::string& key, const std::string& value) const {
  redis_.cli("SET gatehouse:block:" + key + ' ' + shell_quoted(value));
}

void Gate::unblock(const std::string& key) const {
  redis_.cli("DEL gatehouse:block:" + key);
}

long Gate::status(const std::string& path, const std::string& bearer) {
  return nginx_->get(path, {bearer.empty() ? tokens_.bearer() : bearer}).status;
}

bool Gate::becomes(long expected, const std::string& path, const std::string& bearer) {
  return wait_until([&] { return status(path, bearer) == expected; });
}

void Gate::expect_in_every_worker(long expected, std::size_t workers) {
  std::set<std::string> answered;
  for (int i = 0; i < 2'000 && answered.size() < workers; ++i) {
    const HttpResponse response = nginx_->get("/app/", {tokens_.bearer()});
    ASSERT_EQ(response.status, expected) << "worker " << response.header("X-Worker");
    answered.insert(response.header("X-Worker"));
  }
  EXPECT_EQ(answered.size(), workers);
}

std::string code_of(const HttpResponse& response) {
  const nlohmann::json problem = nlohmann::json::parse(response.body, nullptr, false);
  return problem.is_object() ? problem.value("code", "") : "";
}

}  // namespace gatehouse::test
