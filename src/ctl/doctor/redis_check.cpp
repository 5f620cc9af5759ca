#include <charconv>

#include "contract/keys.hpp"
#include "ctl/doctor/checks.hpp"
#include "daemon/from_settings.hpp"
#include "live/connection.hpp"
#include "live/glance.hpp"

namespace gatehouse::ctl {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;
constexpr int kOldestMajor = 6;  // client tracking

// Empty if we may not ask.
std::string configured(live::Connection& redis, const std::string& name) {
  redis.append({"CONFIG", "GET", name});
  const live::Reply reply = redis.reply();
  return reply.kind == live::Reply::Kind::kArray && reply.elements.size() == 2 ? reply.elements[1].text : "";
}

void check_server(live::Connection& redis, Findings& findings) {
  const std::string server = redis.command({"INFO", "server"}).string().value_or("");
  const std::string replication = redis.command({"INFO", "replication"}).string().value_or("");
  const std::string version = live::info_field(server, "redis_version");
  const std::string role = live::info_field(replication, "role");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  const std::string detail = "version " + version + ", " + role + ", run_id " + redis.run_id();
  if (major < kOldestMajor)
    findings.fail("redis", detail, "the gate needs client tracking: install Redis 6 or newer");
  else if (role != "master")
    findings.fail("redis", detail + ": a replica takes no blocks", "name the primary in redis.address");
  else
    findings.ok("redis", detail);
}

void check_memory(live::Connection& redis, Findings& findings) {
  const std::string policy = configured(redis, "maxmemory-policy");
  if (policy.empty())
    findings.warn("redis memory", "maxmemory-policy cannot be asked for", "see that it is noeviction");
  else if (policy != "noeviction")
    findings.fail("redis memory", "maxmemory-policy is " + policy + ": Redis may throw blocks away",
                  "set maxmemory-policy noeviction");
  else
    findings.ok("redis memory", "maxmemory-policy is noeviction");
}

void check_persistence(live::Connection& redis, Findings& findings) {
  const std::string append = configured(redis, "appendonly");
  if (append == "yes")
    findings.ok("redis disk", "appendonly is on");
  else
    findings.warn(
        "redis disk",
        append.empty()
            ? "appendonly cannot be asked for"
            : "appendonly is off: a block set by hand is lost with Redis until a daemon has recorded it",
        "set appendonly yes");
}

void check_ready(Context& context, live::Connection& redis, bool database_answers, Findings& findings) {
  const live::Glance glance = live::look_at(redis, {});
  const char* advice = "a daemon completes it within seconds: check that one runs and reaches both stores";
  if (!glance.ready)
    return findings.fail("redis set",
                         std::string(contract::kReadyKey) +
                             " is not there, or not of this server: gates keep their old blocks",
                         advice);
  const std::string detail = "complete, epoch " + std::to_string(glance.ready->epoch);
  const bool current = !database_answers || context.database().read([&](accounts::Transaction& transaction) {
    return live::current_epoch(glance, transaction).has_value();
  });
  if (current)
    findings.ok("redis set", detail);
  else
    findings.fail("redis set", detail + ", which is older than PostgreSQL knows", advice);
}

}  // namespace

void check_redis(Context& context, bool database_answers, Findings& findings) try {
  live::Connection redis(daemon::redis_of(context.settings()), live::Deadline(kPatience));
  check_server(redis, findings);
  check_memory(redis, findings);
  check_persistence(redis, findings);
  check_ready(context, redis, database_answers, findings);
} catch (const std::exception& failure) {
  findings.fail("redis", failure.what(), "start it, and check redis.address, user and password_file");
}

}  // namespace gatehouse::ctl
