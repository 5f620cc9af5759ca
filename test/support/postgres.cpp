#include "test/support/postgres.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "store/connection.hpp"
#include "store/migrations.hpp"
#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

constexpr const char* kUser = "www-data";

// Debian keeps the servers' programs out of PATH.
std::string program(const std::string& name) {
  std::vector<std::string> found;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql"))
    if (const auto path = version.path() / "bin" / name; std::filesystem::exists(path)) found.push_back(path);
  if (found.empty()) throw std::runtime_error("PostgreSQL's " + name + " is not installed");
  return *std::ranges::max_element(found);
}

// A change of user clears the wish to die with the parent, so setpriv makes it again.
std::vector<std::string> unprivileged(std::vector<std::string> command) {
  if (geteuid() != 0) return command;
  std::vector<std::string> words{"setpriv",
                                 std::string("--reuid=") + kUser,
                                 std::string("--regid=") + kUser,
                                 "--clear-groups",
                                 "--pdeathsig=KILL",
                                 "--"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

std::string shell_line(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) line += shell_quoted(word) + ' ';
  return line;
}

}  // namespace

Postgres::Postgres() {
  const std::string home = folder_ / "cluster";
  std::filesystem::create_directory(home);
  if (geteuid() == 0) run_shell(shell_line({"chown", kUser, home, folder_.path()}));
  const Ran made = run_shell(shell_line(
      unprivileged({program("initdb"), "--pgdata=" + home + "/data", "--username=gatehouse", "--auth=trust",
                    "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"})));
  if (made.status != 0) throw std::runtime_error("initdb: " + made.output);
  start();
}

Postgres::~Postgres() {
  process_->end(SIGQUIT);  // at once: nothing of it is kept
}

Postgres& Postgres::shared() {
  static Postgres cluster;
  return cluster;
}

void Postgres::start() {
  process_ = std::make_unique<Process>(
      unprivileged({program("postgres"), "-D", folder_ / "cluster/data", "-k", folder_.path(), "-c",
                    "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
                    "max_connections=200", "-c", "shared_buffers=32MB"}),
      folder_ / "postgres.log");
  const auto answers = [this] {
    try {
      return sql(conninfo("postgres"), "select 1") == "1";
    } catch (const std::exception&) {
      return false;
    }
  };
  if (!wait_until(answers)) throw std::runtime_error("postgres: " + read_file(folder_ / "postgres.log"));
}

void Postgres::kill() {
  process_->end(SIGKILL);
}

std::string Postgres::log() const {
  return read_file(folder_ / "postgres.log");
}

std::string Postgres::conninfo(const std::string& name) const {
  return "host=" + folder_.path() + " user=gatehouse dbname=" + name;
}

std::string Postgres::create(const std::string& from) {
  const std::string name = "test_" + std::to_string(++databases_);
  sql(conninfo("postgres"), "create database " + name + " template " + from);
  return name;
}

std::string Postgres::empty_database() {
  return conninfo(create("template0"));
}

std::string Postgres::database() {
  if (schema_.empty()) {
    schema_ = create("template0");
    store::apply_migrations(conninfo(schema_), migrations_directory());
  }
  return conninfo(create(schema_));
}

std::string sql(const std::string& conninfo, const std::string& statement) {
  const store::Rows rows = store::Connection(conninfo).run(statement);
  return rows.empty() || rows.columns() == 0 ? std::string() : store::text(rows[0][0]);
}

std::string migrations_directory() {
  return std::filesystem::absolute("scripts/migrations");
}

}  // namespace gatehouse::test
