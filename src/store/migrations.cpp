#include "store/migrations.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/hex.hpp"
#include "store/connection.hpp"

namespace gatehouse::store {
namespace {

struct Migration {
  std::string name;  // of the file
  std::string sql;
  std::string checksum;
};

// NNNN_name.sql
bool is_migration(const std::string& name) {
  return name.size() > 9 && name.ends_with(".sql") && name[4] == '_' &&
         std::all_of(name.begin(), name.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<Migration> read_migrations(const std::string& directory) {
  std::vector<Migration> migrations;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (!is_migration(name)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string sql{std::istreambuf_iterator<char>(file), {}};
    if (!file) throw std::runtime_error("cannot read " + entry.path().string());
    std::string checksum = to_hex(sha256(sql));
    migrations.push_back({name, std::move(sql), std::move(checksum)});
  }
  if (migrations.empty()) throw std::runtime_error("no migrations in " + directory);
  std::ranges::sort(migrations, {}, &Migration::name);
  return migrations;
}

// One daemon at a time, also across the transactions of the single files: a lock of the session.
constexpr const char* kLock = "select pg_advisory_lock(1195463764, 0)";
constexpr const char* kHistory =
    "create table if not exists schema_migration (name text primary key, checksum text not null, "
    "applied_at timestamptz not null default now())";
constexpr const char* kApplied = "select name, checksum from schema_migration";
constexpr Statement kRecord{"migration_record",
                            "insert into schema_migration (name, checksum) values ($1, $2)"};

std::map<std::string, std::string> checksums(const Rows& rows) {
  std::map<std::string, std::string> checksums;
  for (const Row& row : rows) checksums[text(row["name"])] = text(row["checksum"]);
  return checksums;
}

std::map<std::string, std::string> applied_so_far(Connection& connection) {
  connection.run(kHistory);
  return checksums(connection.run(kApplied));
}

void apply(Connection& connection, const Migration& migration) try {
  Work work(connection);
  connection.run(migration.sql);
  connection.execute(kRecord, migration.name, migration.checksum);
  work.commit();
} catch (const SqlError& failure) {
  throw std::runtime_error("migration " + migration.name + ": " + failure.what());
}

}  // namespace

std::vector<std::string> apply_migrations(const std::string& conninfo, const std::string& directory) {
  const std::vector<Migration> migrations = read_migrations(directory);
  Connection connection(conninfo);
  connection.run(kLock);
  std::map<std::string, std::string> known = applied_so_far(connection);
  std::vector<std::string> applied;
  for (const Migration& migration : migrations) {
    const auto before = known.extract(migration.name);
    if (!before) {
      apply(connection, migration);
      applied.push_back(migration.name);
    } else if (before.mapped() != migration.checksum) {
      throw std::runtime_error("migration " + migration.name + " was changed after it had been applied");
    }
  }
  if (!known.empty())
    throw std::runtime_error("the database has " + known.begin()->first + ", which is not in " + directory);
  return applied;
}

constexpr const char* kHasHistory = "select to_regclass('schema_migration') is not null";

MigrationState migration_state(const std::string& conninfo, const std::string& directory) {
  Connection connection(conninfo);
  std::map<std::string, std::string> known;
  if (connection.run(kHasHistory)[0][0].as<bool>()) known = checksums(connection.run(kApplied));
  MigrationState state;
  for (const Migration& migration : read_migrations(directory)) {
    const auto before = known.extract(migration.name);
    (!before                                 ? state.missing
     : before.mapped() == migration.checksum ? state.applied
                                             : state.strange)
        .push_back(migration.name);
  }
  for (const auto& [name, checksum] : known) state.strange.push_back(name);
  return state;
}

}  // namespace gatehouse::store
