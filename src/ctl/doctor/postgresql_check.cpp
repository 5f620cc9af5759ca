#include <chrono>

#include "ctl/doctor/checks.hpp"
#include "ctl/words.hpp"
#include "store/inspection.hpp"
#include "store/migrations.hpp"

namespace gatehouse::ctl {
namespace {

using namespace std::chrono_literals;

constexpr int kOldestVersion = 130000;
// A gate forgives a token's times 5 seconds.
constexpr auto kClockWarning = 1s;
constexpr auto kClockFailure = 5s;

void check_server(const store::Inspection& found, Findings& findings) {
  const std::string detail = "version " + found.version;
  if (found.read_only)
    findings.fail("postgresql", detail + ", read-only",
                  "name the primary in database.conninfo, or add target_session_attrs=read-write");
  else if (found.version_number < kOldestVersion)
    findings.warn("postgresql", detail, "Gatehouse is tested with 13 and newer");
  else if (!found.fsync || !found.full_page_writes)
    findings.warn("postgresql",
                  detail + ", fsync or full_page_writes is off: a power cut loses what was promised",
                  "set both to on in postgresql.conf");
  else
    findings.ok("postgresql", detail + ", commits durably");
}

void check_clock(const store::Inspection& found, Time here, Findings& findings) {
  const auto apart = std::chrono::abs(std::chrono::duration_cast<std::chrono::seconds>(found.clock - here));
  const std::string detail =
      apart == 0s ? "this host's and PostgreSQL's agree" : span(apart) + " between this host and PostgreSQL";
  const char* advice =
      "let a time service set both clocks: tokens are dated by PostgreSQL's and judged by nginx's";
  if (apart >= kClockFailure)
    findings.fail("clocks", detail, advice);
  else if (apart > kClockWarning)
    findings.warn("clocks", detail, advice);
  else
    findings.ok("clocks", detail);
}

void check_schema(const settings::Settings::Database& settings, Findings& findings) try {
  const store::MigrationState state = store::migration_state(settings.conninfo, settings.migrations);
  if (!state.strange.empty())
    findings.fail(
        "schema",
        "the database has " + state.strange.front() + ", which is not the file in " + settings.migrations,
        "install the release that the database is of");
  else if (!state.missing.empty())
    findings.fail("schema",
                  std::to_string(state.missing.size()) + " migrations are missing, the first is " +
                      state.missing.front(),
                  "run gatehoused migrate, or restart the daemon");
  else
    findings.ok("schema", std::to_string(state.applied.size()) + " migrations, up to date");
} catch (const std::exception& failure) {
  findings.fail("schema", failure.what(), "check database.migrations");
}

void check_queues(const store::Inspection& found, Findings& findings) {
  if (found.due_mails > 0 || found.dead_mails > 0)
    findings.warn("mail",
                  std::to_string(found.due_mails) + " mails wait, " + std::to_string(found.dead_mails) +
                      " were given up",
                  "see last_error in the table outbox, and the daemon's log");
  else
    findings.ok("mail", "nothing waits");
  if (found.unpublished_blocks > 0)
    findings.fail("blocks",
                  std::to_string(found.unpublished_blocks) + " are recorded that Redis has not acknowledged",
                  "a daemon publishes them: check that one runs and reaches Redis");
  else
    findings.ok("blocks", "Redis has acknowledged all");
}

}  // namespace

bool check_postgresql(Context& context, Findings& findings) {
  try {
    const store::Inspection found = store::inspect(context.settings().database.conninfo);
    const Time here = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    check_server(found, findings);
    check_clock(found, here, findings);
    check_schema(context.settings().database, findings);
    check_queues(found, findings);
    return true;
  } catch (const store::Unavailable& unavailable) {
    findings.fail("postgresql", unavailable.what(), "start it, and check database.conninfo");
  } catch (const std::exception& failure) {
    findings.fail("postgresql", failure.what(), "correct it in postgresql.conf or database.conninfo");
  }
  return false;
}

}  // namespace gatehouse::ctl
