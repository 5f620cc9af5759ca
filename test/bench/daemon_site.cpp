#include "test/bench/daemon_site.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "test/support/http_client.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::bench {
namespace {

using nlohmann::json;

// The master secret of test::House, as a master key file has it.
std::string master_key() {
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "6d";
  return digits;
}

std::string daemon_program() {
  const char* folder = std::getenv("BUILD_DIR");
  return std::string(folder != nullptr ? folder : ".build/release") + "/bin/gatehoused";
}

}  // namespace

std::string Person::login_request() const {
  return request_text("POST", "/auth/v1/sessions", {"X-Device-Token: " + device_token},
                      json{{"username", username}, {"password", DaemonSite::password()}}.dump());
}

std::string Person::refresh_request() const {
  return request_text("POST", "/auth/v1/tokens/refresh", {}, json{{"refresh_token", refresh_token}}.dump());
}

std::string Person::account_request() const {
  return request_text("GET", "/auth/v1/account", {"Authorization: Bearer " + access_token});
}

std::string Person::health_request() const {
  return request_text("GET", "/auth/v1/healthz", {"Authorization: Bearer " + access_token});
}

void Person::take(const Reply& reply) {
  const json tokens = json::parse(reply.body, nullptr, false);
  if (!tokens.is_object() || !tokens.contains("refresh_token"))
    throw std::runtime_error("no tokens: " + std::to_string(reply.status) + ' ' + reply.body);
  access_token = tokens["access_token"];
  refresh_token = tokens["refresh_token"];
  device_token = tokens.value("device_token", device_token);
}

const std::string& DaemonSite::password() {
  static const std::string password = "correct horse battery";
  return password;
}

DaemonSite::DaemonSite() {
  // Made with the tests' cheap hash, and given one as the daemon makes it.
  const std::string hash =
      accounts::PasswordHasher(hash_cost()).hash(Secret(std::string(password()))).value();
  for (std::size_t i = 0; i < kPeople; ++i) {
    people_.emplace_back().username = "person" + std::to_string(i);
    house_.member(people_.back().username);
  }
  house_.sql("update account set password_hash = '" + hash + "'");

  write_settings();
  daemon_.emplace(std::vector<std::string>{daemon_program(), "--config", folder_ / "gatehoused.toml"},
                  folder_ / "log");
  const test::HttpRequest probe{.url = "http://gatehoused/readyz", .unix_socket = endpoint_.path};
  if (!test::wait_until([&] {
        return probe.send().body.find(R"("redis": "ready")") != std::string::npos ||
               probe.send().body.find(R"("redis":"ready")") != std::string::npos;
      }))
    throw std::runtime_error("gatehoused does not start: " + test::read_file(folder_ / "log"));
  people_ = logged_in();
}

std::vector<Person> DaemonSite::logged_in() {
  Connection connection(endpoint_);
  std::vector<Person> people = people_;
  for (Person& person : people) person.take(connection.ask(person.login_request()));
  return people;
}

void DaemonSite::write_settings() const {
  test::write_file(folder_ / "master.key", master_key());
  ::chmod((folder_ / "master.key").c_str(), 0400);
  std::filesystem::create_directory(folder_ / "mail");
  test::write_file(folder_ / "gatehoused.toml",
                   "[http]\nlisten = '" + endpoint_.str() + "'\npublic_url = 'http://localhost'\n" +
                       "[secrets]\nmaster_key_file = '" + (folder_ / "master.key") +
                       "'\n[database]\nconninfo = \"" + conninfo() + "\"\nmigrations = '" +
                       test::migrations_directory() + "'\n[redis]\naddress = '" + redis_.address() +
                       "'\n[tokens]\njwks_file = '" + (folder_ / "jwks.json") +
                       "'\n[mail]\ntransport = 'directory'\nfrom = 'a@example.org'\n" + "directory = '" +
                       (folder_ / "mail") + "'\ntemplates = '" +
                       std::filesystem::absolute("src/notify/templates").string() + "'\n");
}

double rate_of(const Endpoint& endpoint, std::size_t connections, double seconds, int status,
               const std::function<std::string(std::size_t, const Reply*)>& next) {
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  const std::size_t replies = converse(endpoint, connections, [&](const Answered& answered) {
    if (answered.reply != nullptr && answered.reply->status != status)
      throw std::runtime_error("answered " + std::to_string(answered.reply->status) + ": " +
                               answered.reply->body);
    const std::string request = next(answered.connection, answered.reply);
    return Clock::now() < end ? request : std::string();
  });
  return static_cast<double>(replies) / (microseconds(Clock::now() - begin) / 1e6);
}

}  // namespace gatehouse::bench
