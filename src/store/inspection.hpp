// What an operator has to know about the database (gatehousectl doctor).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace gatehouse::store {

struct Inspection {
  std::string version;  // "15.14"
  int version_number;   // 150014
  bool read_only;       // a standby, or set so
  bool fsync;
  bool full_page_writes;
  Time clock;

  // Rows that have waited for longer than a daemon needs.
  std::int64_t unpublished_blocks;
  std::int64_t due_mails;
  std::int64_t dead_mails;
};

// Throws Unavailable as PostgresDatabase::check() does, std::runtime_error if synchronous_commit is off. The
// counts are 0 as long as there are no tables.
Inspection inspect(const std::string& conninfo);

}  // namespace gatehouse::store
