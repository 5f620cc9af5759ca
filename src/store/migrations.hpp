// Brings the schema up to date: the files NNNN_name.sql of a directory, in order, each once and in a
// transaction of its own. Daemons that start together wait for each other.
#pragma once

#include <string>
#include <vector>

namespace gatehouse::store {

// Returns the names of the files that were applied. Throws if one fails, if an applied one is missing or has
// been changed since, or if the database is newer than the directory.
std::vector<std::string> apply_migrations(const std::string& conninfo, const std::string& directory);

struct MigrationState {
  std::vector<std::string> applied;
  std::vector<std::string> missing;  // in the database
  std::vector<std::string> strange;  // in the database alone, or changed since they were applied
};

// Changes nothing.
MigrationState migration_state(const std::string& conninfo, const std::string& directory);

}  // namespace gatehouse::store
