#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "test/support/command_line.hpp"

namespace gatehouse::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class CtlDoctor : public testing::Test {
 protected:
  // "ok", "warn" or "fail" and what it says of the part.
  std::string says_of(const std::string& part) const { return said_of(part, ctl.run("doctor --json")); }
  static std::string said_of(const std::string& part, const Ran& ran) {
    const auto report = nlohmann::json::parse(ran.output, nullptr, false);
    if (report.is_discarded()) return ran.output;
    for (const auto& check : report.at("checks"))
      if (check.at("part") == part)
        return check.at("status").get<std::string>() + ": " + check.at("detail").get<std::string>();
    return "nothing";
  }

  CommandLine ctl;
};

TEST_F(CtlDoctor, HasALineForEachPart) {
  const Ran ran = ctl.run("doctor");
  EXPECT_EQ(ran.status, 2) << "no daemon runs here";
  for (const char* line :
       {"ok    settings      ", "ok    master key    ", "ok    clocks        ", "ok    schema        ",
        "ok    mail          ", "ok    blocks        ", "ok    signing keys  ", "ok    jwks file     ",
        "ok    redis         ", "ok    redis memory  ", "ok    redis set     "})
    EXPECT_THAT(ran.output, HasSubstr(line));
  EXPECT_THAT(ran.output, HasSubstr("fail  daemon"));
  EXPECT_THAT(ran.output, HasSubstr(" -- start gatehoused"));
}

TEST_F(CtlDoctor, FindsWhatIsWrongWithTheSettings) {
  const Ran ran = ctl.run_with("[log]\nlevel = 'loud'\n", "doctor");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("log.level must be"));
  ::chmod(ctl.settings_file().c_str(), 0644);
  EXPECT_THAT(says_of("settings"), StartsWith("warn: "));
  ::chmod(ctl.settings_file().c_str(), 0600);
  EXPECT_THAT(says_of("settings"), StartsWith("ok: "));
}

TEST_F(CtlDoctor, FindsAKeyInAFolderOfOthers) {
  std::filesystem::permissions(std::filesystem::path(ctl.master_key_file()).parent_path(),
                               std::filesystem::perms(0777));
  EXPECT_THAT(says_of("master key"), StartsWith("warn: "));
}

TEST_F(CtlDoctor, FindsAPostgresqlThatDoesNotAnswerAndGoesOn) {
  const Ran ran = run_shell(
      "GATEHOUSE__DATABASE__CONNINFO='host=/nowhere dbname=x' GATEHOUSE_CONFIG=" + ctl.settings_file() +
      " ${BUILD_DIR:-.build/release}/bin/gatehousectl doctor --json");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(said_of("postgresql", ran), StartsWith("fail: PostgreSQL: "));
  EXPECT_THAT(said_of("redis set", ran), StartsWith("ok: "));
}

TEST_F(CtlDoctor, FindsACommitThatCouldBeLost) {
  const Ran ran = run_shell("GATEHOUSE__DATABASE__CONNINFO=\"" + ctl.house.conninfo +
                            " options='-c synchronous_commit=off'\" GATEHOUSE_CONFIG=" + ctl.settings_file() +
                            " ${BUILD_DIR:-.build/release}/bin/gatehousectl doctor --json");
  EXPECT_THAT(said_of("postgresql", ran), HasSubstr("synchronous_commit is off"));
}

TEST_F(CtlDoctor, FindsASchemaThatIsNotUpToDate) {
  ctl.house.sql("delete from schema_migration where name like '0001%'");
  EXPECT_THAT(says_of("schema"), HasSubstr("fail: 1 migrations are missing, the first is 0001_initial.sql"));
  ctl.house.sql("insert into schema_migration (name, checksum) values ('0001_initial.sql', 'other')");
  EXPECT_THAT(says_of("schema"), HasSubstr("fail: the database has 0001_initial.sql"));
}

TEST_F(CtlDoctor, FindsARedisThatIsDarkOrThrowsBlocksAway) {
  ctl.redis.cli("CONFIG SET maxmemory-policy allkeys-lru");
  EXPECT_THAT(says_of("redis memory"), StartsWith("fail: maxmemory-policy is allkeys-lru"));
  EXPECT_THAT(says_of("redis disk"), StartsWith("warn: appendonly is off"));
  ctl.redis.cli("CONFIG SET appendonly yes");
  EXPECT_THAT(says_of("redis disk"), StartsWith("ok: "));
  ctl.redis.kill();
  EXPECT_THAT(says_of("redis"), StartsWith("fail: "));
}

TEST_F(CtlDoctor, FindsASetThatIsNotComplete) {
  ctl.redis.cli("SET gatehouse:ready 'another 5'");
  EXPECT_THAT(says_of("redis set"), StartsWith("fail: gatehouse:ready is not there"));
  ctl.redis.cli("DEL gatehouse:ready");
  EXPECT_THAT(says_of("redis set"), StartsWith("fail: gatehouse:ready is not there"));
  ctl.redis.set_ready(3);
  ctl.house.sql("select setval('live_epoch', 4)");
  EXPECT_THAT(says_of("redis set"), HasSubstr("older than PostgreSQL knows"));
}

TEST_F(CtlDoctor, FindsAReplica) {
  ctl.redis.cli("REPLICAOF 127.0.0.1 1");
  EXPECT_THAT(says_of("redis"), HasSubstr("a replica takes no blocks"));
}

TEST_F(CtlDoctor, FindsAKeyFileThatIsNotOfTheDatabase) {
  ASSERT_EQ(ctl.run("keys rotate").status, 0);
  EXPECT_THAT(says_of("jwks file"), HasSubstr("does not have the keys of the database"));
  std::filesystem::remove(ctl.jwks_file());
  EXPECT_THAT(says_of("jwks file"), HasSubstr("cannot be read"));
  ctl.house.sql("update signing_key set sealed = 'x'");
  EXPECT_THAT(says_of("signing keys"), HasSubstr("another master key"));
}

TEST_F(CtlDoctor, FindsKeysThatAreOld) {
  ctl.house.sql("update signing_key set created_at = now() - interval '400 days'");
  EXPECT_THAT(says_of("signing keys"), StartsWith("warn: 1, the newest is 400d"));
}

TEST_F(CtlDoctor, FindsWhatWaits) {
  ctl.house.sql("update outbox set next_try_at = now() - interval '1 hour'");
  (void)ctl.house.sign_up(
      {.username = "dave", .email = "dave@example.org", .password = "the password of dave"});
  ctl.house.sql("update outbox set next_try_at = now() - interval '1 hour'");
  EXPECT_THAT(says_of("mail"), StartsWith("warn: 1 mails wait, 0 were given up"));
  ctl.house.sql(
      "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), 'device', "
      "'d', "
      "'x', 'api', now() - interval '1 minute')");
  EXPECT_THAT(says_of("blocks"), StartsWith("fail: 1 are recorded"));
}

}  // namespace
}  // namespace gatehouse::test
