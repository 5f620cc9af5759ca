// The program itself: what it says about its settings, and that it serves.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/version.hpp"
#include "test/support/http_client.hpp"
#include "test/support/postgres.hpp"
#include "test/support/process.hpp"
#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::string program() {
  const char* folder = std::getenv("BUILD_DIR");
  return std::string(folder != nullptr ? folder : ".build/release") + "/bin/gatehoused";
}

class Gatehoused : public testing::Test {
 protected:
  Gatehoused() {
    write_file(folder_ / "master.key", std::string(64, 'a'));
    ::chmod((folder_ / "master.key").c_str(), 0400);
    std::filesystem::create_directory(folder_ / "mail");
  }

  void write_settings(const std::string& conninfo, const std::string& more = {}) const {
    write_file(settings_, "[http]\nlisten = 'unix:" + socket_ + "'\npublic_url = 'http://localhost'\n" +
                              "[secrets]\nmaster_key_file = '" + (folder_ / "master.key") + "'\n" +
                              "[database]\nconninfo = \"" + conninfo + "\"\nmigrations = '" +
                              migrations_directory() + "'\n" +
                              "[redis]\naddress = 'unix:" + (folder_ / "no-redis") +
                              "'\n[tokens]\njwks_file = '" + (folder_ / "jwks.json") +
                              "'\n[mail]\ntransport = 'directory'\nfrom = 'a@example.org'\ndirectory = '" +
                              (folder_ / "mail") + "'\ntemplates = '" +
                              std::filesystem::absolute("src/notify/templates").string() + "'\n" + more);
  }
  Ran run(const std::string& arguments) const {
    return run_shell(shell_quoted(program()) + " --config " + shell_quoted(settings_) + " " + arguments +
                     " 2>&1");
  }
  HttpResponse send(HttpRequest request, const std::string& path) const {
    request.url = "http://gatehoused" + path;
    request.unix_socket = socket_;
    return request.send();
  }
  // 0 if there is no answer.
  long status_of(const std::string& path) const { return send({}, path).status; }
  bool answers() const {
    return wait_until([&] { return status_of("/readyz") == 200; });
  }
  std::string log() const { return read_file(folder_ / "log"); }

  TempDir folder_;
  const std::string settings_ = folder_ / "gatehoused.toml";
  const std::string socket_ = folder_ / "s";
};

TEST_F(Gatehoused, NamesKeyFileAndLineOfABadSettingAndDoesNotStart) {
  write_settings("host=/nowhere", "[log]\nlevel = 'loud'\n");
  for (const char* arguments : {"--check", "", "migrate"}) {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.status, 1) << arguments;
    EXPECT_NE(ran.output.find("gatehoused: " + settings_ + ":19: log.level must be"), std::string::npos)
        << ran.output;
  }
}

TEST_F(Gatehoused, ChecksGoodSettingsWithoutItsDatabase) {
  write_settings("host=/nowhere");
  const Ran ran = run("--check");
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST_F(Gatehoused, TellsItsVersion) {
  EXPECT_EQ(run("--version").output, std::string("gatehoused ") + kVersion + "\n");
}

TEST_F(Gatehoused, MigratesAndSaysSo) {
  const std::string conninfo = Postgres::shared().empty_database();
  write_settings(conninfo);
  const Ran first = run("migrate");
  EXPECT_EQ(first.status, 0) << first.output;
  EXPECT_NE(first.output.find("applied the migration 0001_initial.sql"), std::string::npos) << first.output;
  EXPECT_EQ(sql(conninfo, "SELECT count(*) FROM account"), "0");
  const Ran second = run("migrate");
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_EQ(second.output.find("applied"), std::string::npos) << second.output;
}

TEST_F(Gatehoused, ServesWithoutRedisAndEndsWhenAsked) {
  write_settings(Postgres::shared().empty_database());
  Process daemon({program(), "--config", settings_}, folder_ / "log");
  ASSERT_TRUE(answers()) << log();
  EXPECT_EQ(status_of("/auth/v1/account"), 401);
  const auto keys = nlohmann::json::parse(read_file(folder_ / "jwks.json"));
  EXPECT_EQ(keys.at("keys").size(), 1U);
  daemon.end(SIGTERM);
  EXPECT_FALSE(std::filesystem::exists(socket_));
  EXPECT_NE(log().find("stopping"), std::string::npos) << log();
}

TEST_F(Gatehoused, ComesBackWithItsKeysAfterItWasKilled) {
  write_settings(Postgres::shared().empty_database());
  std::string keys;
  {
    Process daemon({program(), "--config", settings_}, folder_ / "log");
    ASSERT_TRUE(answers()) << log();
    keys = read_file(folder_ / "jwks.json");
    daemon.end(SIGKILL);
  }
  ASSERT_TRUE(std::filesystem::exists(socket_)) << "it was not killed";
  const Process daemon({program(), "--config", settings_}, folder_ / "log");
  ASSERT_TRUE(answers()) << log();
  EXPECT_EQ(read_file(folder_ / "jwks.json"), keys);
}

TEST_F(Gatehoused, SaysThatItsSocketIsTaken) {
  write_settings(Postgres::shared().empty_database());
  const Process daemon({program(), "--config", settings_}, folder_ / "log");
  ASSERT_TRUE(answers()) << log();
  const Ran second = run("");
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.output.find("cannot listen on unix:" + socket_), std::string::npos) << second.output;
  EXPECT_EQ(status_of("/healthz"), 200);
}

TEST_F(Gatehoused, KeepsCodesPasswordsAndTokensOutOfItsLog) {
  const std::string conninfo = Postgres::shared().empty_database();
  write_settings(conninfo, "[log]\nlevel = 'trace'\n");
  const Process daemon({program(), "--config", settings_}, folder_ / "log");
  ASSERT_TRUE(answers()) << log();
  const auto post = [&](const std::string& path, const std::string& body,
                        std::vector<std::string> headers = {}) {
    return send(json_request("POST", "", body, std::move(headers)), "/auth/v1" + path).body;
  };
  const std::string registered =
      post("/accounts", R"({"username":"alice","email":"alice@example.org","password":"open-sesame-17"})");
  const std::string challenge = nlohmann::json::parse(registered).at("challenge_id");
  std::string code;
  ASSERT_TRUE(wait_until([&] {
    code = run_shell("sed -n 's/^\\([0-9]\\{6\\}\\)\\r*$/\\1/p' " + shell_quoted(folder_ / "mail") + "/*.eml")
               .output;
    return code.size() == 7 && code.back() == '\n';
  }));
  code.pop_back();
  post("/challenges/" + challenge + "/verify", R"({"code":")" + code + R"("})");
  const auto login =
      nlohmann::json::parse(post("/sessions", R"({"username":"alice","password":"open-sesame-17"})"));
  post("/sessions", R"({"username":"alice","password":"open-sesame-18"})");
  post("/accounts", "{}", {"Authorization: Bearer " + login.at("access_token").get<std::string>()});
  for (const std::string& secret :
       {code, std::string("open-sesame"), login.at("access_token").get<std::string>(),
        login.at("refresh_token").get<std::string>(), login.at("device_token").get<std::string>()})
    EXPECT_EQ(log().find(secret), std::string::npos) << secret;
  EXPECT_NE(log().find("POST /auth/v1/sessions 201"), std::string::npos) << log();
}

}  // namespace
}  // namespace gatehouse::test
