#include "settings/load.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "accounts/password_hasher.hpp"
#include "accounts/rules.hpp"
#include "settings/values.hpp"
#include "test/support/process.hpp"

namespace gatehouse::settings {
namespace {

using namespace std::chrono_literals;
using testing::Test;

class LoadTest : public Test {
 protected:
  LoadTest() { write(key_, std::string(64, 'a') + "\n", 0400); }

  static void write(const std::string& path, const std::string& content, mode_t mode) {
    std::filesystem::remove(path);
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
  }
  // What has no default, one key a line.
  std::string required() const {
    return "http.public_url = 'https://example.org'\nsecrets.master_key_file = '" + key_ +
           "'\ndatabase.conninfo = 'host=/run'\nmail.transport = 'directory'\nmail.from = 'a@b.c'\n";
  }
  Result<Settings, std::vector<std::string>> load(const std::string& text,
                                                  const Variables& variables = {}) const {
    write(file_, text, 0600);
    return settings::load(file_, variables);
  }
  Settings good(const std::string& text, const Variables& variables = {}) const {
    const auto settings = load(required() + text, variables);
    if (!settings) throw std::runtime_error(settings.error().at(0));
    return *settings;
  }
  std::vector<std::string> faults(const std::string& text, const Variables& variables = {}) const {
    const auto settings = load(text, variables);
    return settings ? std::vector<std::string>{} : settings.error();
  }
  // The only fault, if this follows what is required.
  std::string fault_of(const std::string& text, const Variables& variables = {}) const {
    const std::vector<std::string> all = faults(required() + text, variables);
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " faults";
  }
  // What a mail server needs beside that; without the transport that `required` chooses.
  std::string fault_of_mail(const std::string& text) const {
    std::string settings = required();
    settings.replace(settings.find("'directory'"), 11, "'smtp'");
    const std::vector<std::string> all = faults(settings + text);
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " faults";
  }
  std::string at(int line) const { return file_ + ":" + std::to_string(line) + ": "; }

  test::TempDir folder_;
  const std::string file_ = folder_.path() + "/settings.toml";
  const std::string key_ = folder_.path() + "/master.key";
};

TEST_F(LoadTest, FillsWhatIsNotSaidFromTheDefaults) {
  const Settings settings = good("");
  EXPECT_EQ(settings.http.listen.at(0).str(), "unix:/run/gatehouse/gatehoused.sock");
  EXPECT_EQ(settings.tokens.issuer, "https://example.org");
  EXPECT_EQ(settings.tokens.audience, std::vector<std::string>{"gatehouse"});
  EXPECT_TRUE(settings.redis.password.empty());
  EXPECT_EQ(settings.secrets.master_key.expose(), std::string(32, '\xaa'));
}

TEST_F(LoadTest, HasTheDefaultsOfTheRules) {
  const Settings settings = good("");
  const accounts::Rules rules;
  EXPECT_EQ(settings.tokens.access_ttl, rules.access_life);
  EXPECT_EQ(settings.sessions.absolute, rules.session_absolute);
  EXPECT_EQ(settings.sessions.idle, rules.session_idle);
  EXPECT_EQ(settings.challenges.lifetime, rules.challenge_life);
  EXPECT_EQ(settings.challenges.tries, rules.challenge_tries);
  EXPECT_EQ(settings.challenges.daily, rules.challenge_daily);
  EXPECT_EQ(settings.challenges.resend_after, rules.challenge_pause);
  const accounts::PasswordHasher::Cost cost;
  EXPECT_EQ(settings.passwords.memory, cost.memory);
  EXPECT_EQ(settings.passwords.passes, cost.passes);
  EXPECT_EQ(settings.passwords.slots, cost.slots);
  EXPECT_EQ(settings.passwords.queue, cost.waiting);
}

TEST_F(LoadTest, TakesWhatTheFileSays) {
  const Settings settings = good(
      "http.listen = ['unix:/run/a.sock', '127.0.0.1:8081']\n"
      "http.trusted_proxies = ['192.0.2.0/24', '2001:db8::1']\n"
      "http.allowed_origins = ['https://App.example.org:443', 'http://localhost:5173']\n"
      "cookies.secure = 'always'\n"
      "passwords.memory = '64MiB'\n"
      "passwords.passes = 3\n"
      "[tokens]\n"
      "issuer = \"https://issuer.example\"\n"
      "audience = [\"a\", \"b\"]\n"
      "access_ttl = \"90s\"\n"
      "[redis]\n"
      "address = \"redis.example.org:6379\"\n"
      "db = 4\n");

  EXPECT_EQ(settings.http.listen.size(), 2U);
  EXPECT_TRUE(settings.http.trusted_proxies.at(0).contains(*IpAddress::parse("192.0.2.77")));
  EXPECT_EQ(settings.http.allowed_origins,
            (std::vector<std::string>{"https://app.example.org", "http://localhost:5173"}));
  EXPECT_EQ(settings.cookies.secure, "always");
  EXPECT_EQ(settings.tokens.issuer, "https://issuer.example");
  EXPECT_EQ(settings.tokens.audience, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings.tokens.access_ttl, 90s);
  EXPECT_EQ(settings.passwords.memory, 64U << 20);
  EXPECT_EQ(settings.passwords.passes, 3U);
  EXPECT_EQ(settings.redis.address.str(), "redis.example.org:6379");
  EXPECT_EQ(settings.redis.db, 4);
}

TEST_F(LoadTest, TakesASingleTextForAListOfOne) {
  const Settings settings = good("http.listen = 'unix:/run/a.sock'\ntokens.audience = 'a,b'\n");
  EXPECT_EQ(settings.http.listen.at(0).path, "/run/a.sock");
  EXPECT_EQ(settings.tokens.audience, std::vector<std::string>{"a,b"});
}

TEST_F(LoadTest, LetsVariablesStandAboveTheFile) {
  const Settings settings = good("tokens.access_ttl = '1m'\ndatabase.pool = 4\n",
                                 {{"GATEHOUSE__TOKENS__ACCESS_TTL", "2m"},
                                  {"GATEHOUSE__DATABASE__POOL", "5"},
                                  {"GATEHOUSE__TOKENS__AUDIENCE", "a, b"},
                                  {"GATEHOUSE__HTTP__LISTEN", "unix:/a,[::1]:80"}});
  EXPECT_EQ(settings.tokens.access_ttl, 2min);
  EXPECT_EQ(settings.database.pool, 5U);
  EXPECT_EQ(settings.tokens.audience, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings.http.listen.at(1).str(), "[::1]:80");
}

TEST_F(LoadTest, NamesTheVariableThatIsWrong) {
  EXPECT_EQ(fault_of("", {{"GATEHOUSE__DATABASE__POOL", "many"}}),
            "GATEHOUSE__DATABASE__POOL: database.pool must be a whole number");
  EXPECT_EQ(fault_of("", {{"GATEHOUSE__DATABASE__POL", "5"}}),
            "GATEHOUSE__DATABASE__POL: there is no such setting");
}

TEST_F(LoadTest, TakesOfTheEnvironmentOnlyItsOwn) {
  char mine[] = "GATEHOUSE__LOG__LEVEL=warn=x";
  char other[] = "GATEHOUSE_URL=x";
  char* environment[] = {other, mine, nullptr};
  EXPECT_EQ(variables(environment), (Variables{{"GATEHOUSE__LOG__LEVEL", "warn=x"}}));
}

TEST_F(LoadTest, NamesTheLineOfAnUnknownKeyOrSection) {
  EXPECT_EQ(fault_of("http.lisen = 'x'\n"), at(6) + "there is no setting http.lisen");
  EXPECT_EQ(fault_of("\n[htp]\nlisten = 'x'\n"), at(7) + "there is no section [htp]");
  EXPECT_EQ(fault_of("listen = 'x'\n"), at(6) + "there is no section [listen]");
  EXPECT_EQ(fault_of("[http.listen_more]\n"), at(6) + "there is no setting http.listen_more");
}

TEST_F(LoadTest, NamesTheLineOfAWrongType) {
  EXPECT_EQ(fault_of("log.level = 1\n"),
            at(6) + R"(log.level must be "trace" or "debug" or "info" or "warn" or "error")");
  EXPECT_EQ(fault_of("database.pool = '8'\n"), at(6) + "database.pool must be a whole number");
  EXPECT_EQ(fault_of("database.pool = 8.0\n"), at(6) + "database.pool must be a whole number");
  EXPECT_EQ(fault_of("redis.user = true\n"), at(6) + "redis.user must be a text in quotes");
  EXPECT_EQ(fault_of("tokens.audience = ['a', 1]\n").find(at(6) + "tokens.audience must be"), 0U);
  EXPECT_EQ(fault_of("tokens.access_ttl = 300\n").find(at(6) + "tokens.access_ttl must be"), 0U);
}

TEST_F(LoadTest, NamesTheLineOfABadValue) {
  for (const char* line : {"http.listen = []",

                           "http.trusted_proxies = ['10.0.0.1/8']",
                           "http.allowed_origins = ['*']",
                           "http.allowed_origins = ['https://app.example.org/']",
                           "http.allowed_origins = ['http://app.example.org']",
                           "http.allowed_origins = ['']",
                           "cookies.secure = 'never'",
                           "database.migrations = 'relative'",
                           "database.pool = 1",
                           "database.pool = 201",

                           "redis.db = -1",
                           "tokens.audience = []",
                           "tokens.audience = ['']",
                           "tokens.access_ttl = '5'",
                           "tokens.access_ttl = '5 m'",
                           "tokens.access_ttl = '1w'",
                           "tokens.access_ttl = '9s'",
                           "tokens.access_ttl = '2d'",
                           "tokens.access_ttl = '-5m'",
                           "tokens.access_ttl = ''",
                           "tokens.access_ttl = '99999999999999999999d'",
                           "tokens.access_ttl = '9223372036854775807d'",
                           "passwords.memory = '19MB'",
                           "passwords.memory = '1KiB'",
                           "log.level = 'loud'",
                           "redis.user = \"a\\u0000b\""}) {
    const std::string fault = fault_of(std::string(line) + "\n");
    const std::string key(line, std::string_view(line).find(' '));
    EXPECT_EQ(fault.find(at(6) + key + " must"), 0U) << line << "\n" << fault;
  }
  for (const char* line : {"http.listen = 'redis'", "redis.address = 'redis'"})
    EXPECT_NE(fault_of(std::string(line) + "\n").find("expected unix:/path or host:port"), std::string::npos);
}

TEST_F(LoadTest, NamesTheLineWhereTheFileIsNoToml) {
  EXPECT_EQ(faults("[http]\nlisten = \n").at(0).find(at(2)), 0U);
  EXPECT_EQ(faults("a = 1\na = 2\n").at(0).find(at(2)), 0U);
  EXPECT_EQ(settings::load(folder_.path() + "/none", {}).error().at(0),
            folder_.path() + "/none: cannot be read");
}

TEST_F(LoadTest, NamesAllFaultsAtOnce) {
  EXPECT_EQ(faults("database.pool = 0\nhttp.x = 1\n", {{"GATEHOUSE__LOG__LEVEL", "x"}}).size(),
            1U + 1U + 1U + 5U);
  EXPECT_EQ(faults("").at(0), file_ + ": http.public_url is required");
}

TEST_F(LoadTest, DoesNotRepeatAValueThatMayBeASecret) {
  for (const std::string& fault :
       faults("database.conninfo = ['hunter2']\nmail.from = ['hunter2']\nredis.address = 'hunter2'\n"))
    EXPECT_EQ(fault.find("hunter2"), fault.npos) << fault;
}

TEST_F(LoadTest, WantsHttpsExceptOnLoopback) {
  const auto accepts = [&](const std::string& url) {
    return load(required(), {{"GATEHOUSE__HTTP__PUBLIC_URL", url}}).has_value();
  };
  for (const char* url :
       {"https://example.org", "https://example.org:8443", "http://localhost", "http://127.0.0.1:8080",
        "http://127.9.9.9", "http://[::1]:8080", "https://[2001:db8::1]"})
    EXPECT_TRUE(accepts(url)) << url;
  for (const char* url : {"",
                          "example.org",
                          "ftp://example.org",
                          "http://example.org",
                          "http://127.0.0.1.example.org",
                          "http://localhost.example.org",
                          "http://192.0.2.1",
                          "http://[2001:db8::1]",
                          "http://0.0.0.0",
                          "https://example.org/",
                          "https://example.org/path",
                          "https://",
                          "https://:80",
                          "https://example.org:",
                          "https://example.org:0",
                          "https://example.org:65536",
                          "https://user@example.org",
                          "https://[::1",
                          "https://[example.org]",
                          "https://exa mple.org",
                          "https://example.org?x",
                          "https://example.org#x"})
    EXPECT_FALSE(accepts(url)) << url;
}

TEST_F(LoadTest, WantsSecretsThatOthersCannotRead) {
  for (const mode_t mode : {0440, 0404, 0644, 0700, 0660}) {
    ::chmod(key_.c_str(), mode);
    EXPECT_NE(fault_of("").find("must have mode 0400 or 0600"), std::string::npos) << mode;
  }
  ::chmod(key_.c_str(), 0600);
  EXPECT_EQ(fault_of(""), "0 faults");
  std::filesystem::remove(key_);
  EXPECT_EQ(fault_of(""),
            at(2) + "secrets.master_key_file names a file that cannot be read: No such file or directory");
}

TEST_F(LoadTest, WantsAMasterKeyOfFullLength) {
  for (const std::string& content :
       {std::string(), std::string(63, 'a'), std::string(62, 'a'), std::string(66, 'a'), std::string(64, 'g'),
        std::string(64, 'a') + "\n\n", " " + std::string(64, 'a')}) {
    write(key_, content, 0400);
    EXPECT_NE(fault_of("").find("64 hexadecimal digits"), std::string::npos) << content;
  }
}

TEST_F(LoadTest, WantsSecretsOfNobodyElse) {
  constexpr uid_t kRoot = 0, kSelf = 1000, kOwner = 1001, kOther = 1002;
  for (const uid_t owner : {kRoot, kSelf, kOwner})
    EXPECT_TRUE(may_own_secrets(owner, kSelf, kOwner)) << owner;
  EXPECT_FALSE(may_own_secrets(kOther, kSelf, kOwner));
  EXPECT_FALSE(may_own_secrets(kOther, kRoot, kRoot)) << "not even for root";
  EXPECT_EQ(fault_of(""), "0 faults") << "one's own";
  if (::geteuid() != 0) return;  // only root can give a file away
  ASSERT_EQ(::chown(key_.c_str(), 65534, 65534), 0);
  EXPECT_NE(fault_of("").find("must belong to root"), std::string::npos);
}

TEST_F(LoadTest, TakesSecretsOfTheSettingsOwner) {
  if (::geteuid() != 0) return;  // as WantsSecretsOfNobodyElse
  write(file_, required(), 0600);
  for (const std::string& path : {key_, file_}) ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_TRUE(settings::load(file_, {}));
}

TEST_F(LoadTest, ReadsRedisPasswordFromItsFile) {
  const std::string path = folder_.path() + "/redis.password";
  write(path, "open sesame\r\n", 0600);
  EXPECT_EQ(good("redis.password_file = '" + path + "'\n").redis.password.expose(), "open sesame");
}

TEST_F(LoadTest, KeepsIdleTimeoutsBelowTheAbsoluteOne) {
  EXPECT_EQ(fault_of("sessions.idle = '31d'\n"),
            file_ + ": sessions.idle must not be above sessions.absolute");
}

TEST_F(LoadTest, TakesAMailServerWithTlsByDefault) {
  const std::string password = folder_.path() + "/password";
  write(password, "open sesame\n", 0400);
  const Settings settings = good(
      "mail.smtp_url = 'smtp://mail.example.org:587'\nmail.smtp_user = 'gate'\nmail.smtp_password_file = '" +
      password + "'\nmail.bounces_to = 'bounces@example.org'\n");
  EXPECT_EQ(settings.mail.smtp_url, "smtp://mail.example.org:587");
  EXPECT_TRUE(settings.mail.smtp_starttls);
  EXPECT_EQ(settings.mail.smtp_password.expose(), "open sesame");
  EXPECT_EQ(settings.mail.smtp_timeout, 30s);
  EXPECT_EQ(settings.mail.bounces_to, "bounces@example.org");
  EXPECT_EQ(settings.mail.from.address, "a@b.c");
  EXPECT_FALSE(good("mail.smtp_starttls = 'off'").mail.smtp_starttls);
  EXPECT_EQ(good("mail.smtp_url = 'smtps://[::1]'").mail.smtp_url, "smtps://[::1]");
}

TEST_F(LoadTest, TakesNoMailSettingsThatCannotWork) {
  for (const std::string bad :
       {"mail.smtp_url = 'mail.example.org'", "mail.smtp_url = 'http://mail.example.org'",
        "mail.smtp_url = 'smtp://'", "mail.smtp_url = 'smtp://mail.example.org/x'",
        "mail.smtp_url = 'smtp://user:secret@mail.example.org'",
        "mail.smtp_url = 'smtp://mail.example.org:0'", "mail.smtp_starttls = 'maybe'",
        "mail.smtp_starttls = true", "mail.smtp_ca_file = '/nowhere.pem'",
        "mail.smtp_ca_file = 'relative.pem'", "mail.smtp_timeout = '46s'", "mail.smtp_timeout = 30",
        "mail.bounces_to = 'nobody'", "mail.bounces_to = 'Bounces <b@example.org>'", "mail.tries = 0",
        "mail.smtp_password_file = '/nowhere'"})
    EXPECT_TRUE(fault_of(bad).starts_with(at(6) + "mail.")) << bad << ": " << fault_of(bad);
  for (const std::string bad : {"nobody", "a@b.c\\r\\nBcc: d@e.f", "b\\u00fccher@example.org"}) {
    std::string settings = required();
    settings.replace(settings.find("'a@b.c'"), 7, '"' + bad + '"');
    const std::vector<std::string> all = faults(settings);
    ASSERT_EQ(all.size(), 1U) << bad;
    EXPECT_TRUE(all.front().starts_with(at(5) + "mail.from must be an address")) << all.front();
  }
}

TEST_F(LoadTest, ChecksTheMailServersSettingsTogether) {
  const std::string password = folder_.path() + "/password";
  write(password, "open sesame\n", 0400);
  const std::string login = "mail.smtp_user = 'gate'\nmail.smtp_password_file = '" + password + "'\n";
  EXPECT_EQ(fault_of_mail(""), file_ + ": mail.smtp_url is required by mail.transport = \"smtp\"");
  EXPECT_EQ(fault_of_mail("mail.smtp_url = 'smtp://localhost'\nmail.smtp_user = 'gate'\n"),
            file_ + ": mail.smtp_user and mail.smtp_password_file go together");
  EXPECT_EQ(fault_of_mail("mail.smtp_url = 'smtp://localhost'\nmail.smtp_starttls = 'off'\n" + login),
            file_ + ": mail.smtp_starttls must be required: the password would be sent in the clear");
  EXPECT_EQ(fault_of_mail("mail.smtp_url = 'smtps://localhost'\nmail.smtp_starttls = 'off'\n" + login),
            "0 faults");
}

}  // namespace
}  // namespace gatehouse::settings
