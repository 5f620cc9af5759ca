// The measures of the two benchmarks, one function each, in the order of the table.
#pragma once

#include "test/bench/report.hpp"

namespace gatehouse::bench {

class DaemonSite;

struct Options {
  int runs = 5;
  int seconds = 2;                 // of load, for each figure
  std::size_t blocks = 1'000'000;  // where the table has to be large
  std::size_t tokens = 2'000;      // of each algorithm, seen for the first time
  std::size_t pushes = 1'000;      // blocks whose way to the workers is timed
};

// --- the gate ----------------------------------------------------------------------------------------------

// Protected to unprotected, static and proxied, beside what auth_request and Lua reach.
void measure_throughput(Report& report, const Options& options);
// Many blocks to few.
void measure_many_blocks(Report& report, const Options& options);
// The CPU time of a token that was never seen, above that of verifying its signature.
void measure_first_sight(Report& report, const Options& options);
// From Redis' acknowledgement of a block to its bite in every worker.
void measure_enforcement(Report& report, const Options& options);
void measure_zone(Report& report, const Options& options);
// The time of reading all blocks again, and what requests notice of it.
void measure_resync(Report& report, const Options& options);
// By callgrind.
void measure_instructions(Report& report, const Options& options);

// --- the daemon --------------------------------------------------------------------------------------------

// Logins to what the cores can hash.
void measure_logins(Report& report, const Options& options, DaemonSite& site);
// Refreshes and looks at the own account, to pgbench with the same statements.
void measure_statements(Report& report, const Options& options, DaemonSite& site);
// Refreshes while the hash queue is full.
void measure_full_queue(Report& report, const Options& options, DaemonSite& site);
void measure_memory(Report& report, const Options& options, DaemonSite& site);

}  // namespace gatehouse::bench
