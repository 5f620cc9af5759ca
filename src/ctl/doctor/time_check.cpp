#include <sys/timex.h>

#include "ctl/doctor/checks.hpp"

namespace gatehouse::ctl {

void check_time_service(Findings& findings) {
  timex state{};
  if (adjtimex(&state) == -1)
    findings.warn("time service", "the kernel does not tell",
                  "see that a time service sets this host's clock");
  else if ((state.status & STA_UNSYNC) != 0)
    findings.warn("time service", "the kernel's clock is not synchronized",
                  "run chrony or systemd-timesyncd");
  else
    findings.ok("time service", "the kernel's clock is synchronized");
}

}  // namespace gatehouse::ctl
