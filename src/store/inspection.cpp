#include "store/inspection.hpp"

#include "store/pool.hpp"

namespace gatehouse::store {
namespace {

constexpr Statement kServer{
    "inspect_server",
    "select current_setting('server_version') as version, current_setting('server_version_num')::int as "
    "number, "
    "current_setting('transaction_read_only')::bool or pg_is_in_recovery() as read_only, "
    "current_setting('fsync')::bool as fsync, current_setting('full_page_writes')::bool as full_page_writes, "
    "to_regclass('outbox') is not null as has_tables"};

constexpr Statement kClock{"inspect_clock", "select clock_timestamp()"};

constexpr Statement kQueues{"inspect_queues",
                            "select (select count(*) from block where published_epoch is null "
                            "and coalesce(lifted_at, created_at) < now() - interval '10 seconds') as blocks, "
                            "(select count(*) from outbox where sent_at is null and dead_at is null "
                            "and next_try_at < now() - interval '1 minute') as due, "
                            "(select count(*) from outbox where dead_at is not null) as dead"};

}  // namespace

Inspection inspect(const std::string& conninfo) {
  const std::unique_ptr<Connection> connection = connect(conninfo, {});
  const Row server = connection->execute(kServer)[0];
  Inspection found{.version = text(server["version"]),
                   .version_number = server["number"].as<int>(),
                   .read_only = server["read_only"].as<bool>(),
                   .fsync = server["fsync"].as<bool>(),
                   .full_page_writes = server["full_page_writes"].as<bool>(),
                   .clock = time(connection->execute(kClock)[0][0]),
                   .unpublished_blocks = 0,
                   .due_mails = 0,
                   .dead_mails = 0};
  if (!server["has_tables"].as<bool>()) return found;
  const Row queues = connection->execute(kQueues)[0];
  found.unpublished_blocks = queues["blocks"].as<std::int64_t>();
  found.due_mails = queues["due"].as<std::int64_t>();
  found.dead_mails = queues["dead"].as<std::int64_t>();
  return found;
}

}  // namespace gatehouse::store
