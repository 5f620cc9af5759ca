#include "test/bench/daemon_site.hpp"
#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {

// Of a daemon that has worked: after the other measures, and idle again.
void measure_memory(Report& report, const Options&, DaemonSite& site) {
  report.add({.measure = "idle memory",
              .unit = "MiB",
              .target = 64,
              .better = Better::kLower,
              .runs = {memory_of(site.daemon())}});
}

}  // namespace gatehouse::bench
