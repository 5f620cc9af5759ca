// A PostgreSQL cluster of the tests' own: a temporary folder, a unix socket, gone with the object.
#pragma once

#include <memory>
#include <string>

#include "test/support/process.hpp"

namespace gatehouse::test {

class Postgres {
 public:
  // Made and started. As root it runs as another user: PostgreSQL refuses to be root's.
  Postgres();
  ~Postgres();

  // For the tests of one run, so that the cluster is made once.
  static Postgres& shared();

  // A conninfo of a new database, empty or with Gatehouse's schema.
  std::string empty_database();
  std::string database();

  void start();
  void kill();
  std::string log() const;

 private:
  std::string conninfo(const std::string& name) const;
  std::string create(const std::string& from);

  TempDir folder_;
  std::unique_ptr<Process> process_;
  std::string schema_;  // the database that others are copied from
  int databases_ = 0;
};

// The first column of the first row; empty for null and where there is no row.
std::string sql(const std::string& conninfo, const std::string& statement);

// Where the migrations of the source tree are.
std::string migrations_directory();

}  // namespace gatehouse::test
