#include "ctl/doctor/checks.hpp"
#include "ctl/doctor/http_probe.hpp"

namespace gatehouse::ctl {

void check_daemon(Context& context, Findings& findings) {
  for (const Endpoint& endpoint : context.settings().http.listen) {
    const std::string where = endpoint.str();
    const auto answer = endpoint.is_unix() ? probe("http://gatehoused/readyz", endpoint.path)
                                           : probe("http://" + where + "/readyz");
    if (!answer)
      findings.fail("daemon", where + ": " + answer.error(), "start gatehoused, or see its log");
    else if (answer->status != 200)
      findings.fail("daemon", where + " is not ready: " + answer->body, "see the daemon's log");
    else
      findings.ok("daemon", where + " is ready");
  }
}

}  // namespace gatehouse::ctl
