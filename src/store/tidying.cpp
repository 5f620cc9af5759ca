#include "store/tidying.hpp"

namespace gatehouse::store {
namespace {

constexpr Statement kLock{"tidy_lock", "select pg_try_advisory_xact_lock(1195463764, 2)"};

constexpr Statement kPartitions{"tidy_partitions", "select make_event_partitions(now(), 3)"};

// Closed blocks leave the indexes of those in force. A minute late, so that no clock sees one closed before
// its end.
constexpr Statement kBlocks{"tidy_blocks",
                            "update block set lifted_at = ends_at, lifted_source = 'system', "
                            "published_epoch = coalesce(published_epoch, 0) "
                            "where lifted_at is null and ends_at < now() - interval '1 minute'"};

constexpr Statement kChallenges{"tidy_challenges",
                                "delete from challenge where expires_at < now() - interval '1 day'"};

constexpr Statement kMails{"tidy_mails",
                           "delete from outbox where sent_at < now() - interval '7 days' or "
                           "dead_at < now() - interval '30 days'"};

constexpr Statement kMailCounts{"tidy_mail_counts",
                                "delete from mail_count where since < now() - interval '2 days'"};
// What nobody can sign with is nobody's to steal.
constexpr Statement kKeys{"tidy_keys",
                          "update signing_key set sealed = '' where retired_at < now() and sealed <> ''"};

}  // namespace

void tidy_up(Connection& connection) {
  if (!connection.execute(kLock)[0][0].as<bool>()) return;
  for (const Statement& task : {kPartitions, kBlocks, kChallenges, kMails, kMailCounts, kKeys})
    connection.execute(task);
}

}  // namespace gatehouse::store
