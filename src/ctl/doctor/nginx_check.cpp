#include "ctl/doctor/checks.hpp"
#include "ctl/doctor/http_probe.hpp"

namespace gatehouse::ctl {
namespace {

constexpr const char* kHealth = "/auth/v1/healthz";

// The name of the outside may not lead here from inside, so this is no failure.
void check_way_to_daemon(const std::string& public_url, Findings& findings) {
  const std::string url = public_url + kHealth;
  const auto answer = probe(url);
  if (!answer)
    findings.warn("nginx", url + ": " + answer.error(),
                  "start nginx; if this host cannot reach its own public name, ask from another");
  else if (answer->status != 200)
    findings.warn("nginx", url + " answers " + std::to_string(answer->status),
                  "pass /auth/v1/ on to the daemon, with gatehouse off");
  else
    findings.ok("nginx", url + " reaches the daemon");
}

void check_gate(const std::string& url, Findings& findings) {
  const auto answer = probe(url);
  const std::string told =
      answer ? url + " answers " + std::to_string(answer->status) : url + ": " + answer.error();
  if (!answer)
    findings.fail("gate", told, "start nginx, and check the address");
  else if (answer->status == 401 && answer->body.find("\"no_token\"") != std::string::npos)
    findings.ok("gate", url + " asks for a token");
  else if (answer->status == 503 && answer->body.find("\"stale\"") != std::string::npos)
    findings.fail("gate", told + " stale: it has no complete set of blocks",
                  "check gatehouse_redis in nginx.conf, and nginx's error log");
  else if (answer->status == 401 && !answer->challenge.empty())
    findings.warn("gate", told + ", with a page of its own or another module's",
                  "error_page hides the gate's answer; that is fine if meant");
  else
    findings.fail("gate", told + " without a token",
                  "load the module, and put gatehouse \"realm\" into that location");
}

}  // namespace

void check_nginx(Context& context, const std::string& protected_url, Findings& findings) {
  check_way_to_daemon(context.settings().http.public_url, findings);
  if (!protected_url.empty()) check_gate(protected_url, findings);
}

}  // namespace gatehouse::ctl
