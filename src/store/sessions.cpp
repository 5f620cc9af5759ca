#include "accounts/names.hpp"
#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

using accounts::RefreshVerdict;

constexpr accounts::Names<RefreshVerdict, 6> kVerdicts{{{RefreshVerdict::kRotated, "rotated"},
                                                        {RefreshVerdict::kRepeated, "repeated"},
                                                        {RefreshVerdict::kReused, "reused"},
                                                        {RefreshVerdict::kAhead, "ahead"},
                                                        {RefreshVerdict::kBlocked, "blocked"},
                                                        {RefreshVerdict::kEnded, "ended"}}};

accounts::Session read(const Row& row) {
  return {.id = id<accounts::SessionId>(row["id"]),
          .account = id<accounts::AccountId>(row["account_id"]),
          .device = id<accounts::DeviceId>(row["device_id"]),
          .auth_time = time(row["auth_time"]),
          .auth_methods = texts(row["auth_methods"]),
          .refresh_counter = row["refresh_counter"].as<std::uint32_t>(),
          .refresh_secret = row["refresh_secret"].as<std::uint16_t>(),
          .refresh_salt = bytes(row["refresh_salt"]),
          .refreshed_at = time(row["refreshed_at"]),
          .absolute_end = time(row["absolute_end"]),
          .idle_end = time(row["idle_end"])};
}

#define GATEHOUSE_SESSION_ENTRY_COLUMNS                                                                  \
  "id, account_id, device_id, auth_time, auth_methods, refresh_counter, refresh_secret, refresh_salt, "  \
  "refreshed_at, absolute_end, idle_end, host(ip) as ip, user_agent, ended_at, end_reason, ended_at is " \
  "null "                                                                                                \
  "and now() < absolute_end and now() < idle_end as live"

accounts::SessionEntry read_entry(const Row& row) {
  return {.session = read(row),
          .live = row["live"].as<bool>(),
          .ip = text(row["ip"]),
          .user_agent = text(row["user_agent"]),
          .ended_at = optional_time(row["ended_at"]),
          .end_reason = text(row["end_reason"])};
}

}  // namespace

constexpr Statement kInsert{"session_insert",
                            "insert into session (id, account_id, device_id, auth_time, auth_methods, "
                            "refresh_counter, refresh_secret, "
                            "refresh_salt, refreshed_at, absolute_end, idle_end, ip, user_agent) "
                            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};

void SessionTable::insert(const accounts::Session& session, const accounts::Origin& origin) {
  post(kInsert, session.id, session.account, session.device, session.auth_time, session.auth_methods,
       session.refresh_counter, session.refresh_secret, bytes(session.refresh_salt), session.refreshed_at,
       session.absolute_end, session.idle_end, address(origin.ip), user_agent(origin));
}

constexpr Statement kStanding{
    "session_standing",
    "select session.auth_time, session.ended_at is null and now() < session.absolute_end and "
    "now() < session.idle_end as live, account.disabled_at is not null as disabled, account.roles "
    "from session join account on account.id = session.account_id "
    "where session.id = $1 and session.account_id = $2 and session.device_id = $3"};

Later<std::optional<accounts::Standing>> SessionTable::standing(accounts::SessionId id,
                                                                accounts::AccountId account,
                                                                accounts::DeviceId device) {
  return [answer = post(kStanding, id, account, device)]() mutable -> std::optional<accounts::Standing> {
    const Rows rows = answer.rows();
    if (rows.empty()) return std::nullopt;
    const Row row = rows[0];
    return accounts::Standing{.auth_time = time(row["auth_time"]),
                              .session_live = row["live"].as<bool>(),
                              .account_disabled = row["disabled"].as<bool>(),
                              .roles = texts(row["roles"])};
  };
}

constexpr Statement kEnd{"session_end",
                         "update session set ended_at = $3, end_reason = $4 "
                         "where id = $1 and account_id = $2 and ended_at is null returning device_id"};

std::optional<accounts::DeviceId> SessionTable::end(accounts::SessionId id, accounts::AccountId account,
                                                    Time now, const std::string& reason) {
  const Rows rows = execute(kEnd, id, account, now, reason);
  if (rows.empty()) return std::nullopt;
  return store::id<accounts::DeviceId>(rows[0]["device_id"]);
}

constexpr Statement kFind{"session_find",
                          "select id, account_id, device_id, auth_time, auth_methods, refresh_counter, "
                          "refresh_secret, refresh_salt, refreshed_at, absolute_end, idle_end "
                          "from session where id = $1"};

std::optional<accounts::Session> SessionTable::find(accounts::SessionId id) {
  const Rows rows = execute(kFind, id);
  if (rows.empty()) return std::nullopt;
  return read(rows[0]);
}

constexpr Statement kLock{"session_lock", "select from session where id = $1 for no key update"};

// A before= that the gates would not understand blocks all (contract/block_value.hpp). The order of the
// blocks is that in which authenticate() names them. The device is there as long as the session is: the
// one goes with the other.
constexpr Statement kRefresh{
    "session_refresh",
    "with clock as materialized (select clock_timestamp() as now), found as ("
    "select session.id, account_id, device_id, auth_time, auth_methods, refresh_counter, refresh_secret, "
    "refresh_salt, refreshed_at, absolute_end, idle_end, account.roles, clock.now, "
    "account.email_verified_at is not null as email_verified, "
    "ended_at is null and clock.now < absolute_end and clock.now < idle_end and account.disabled_at is null "
    "as live, "
    "(select value from block where kind = 'user' and subject = account_id::text and lifted_at is null "
    "and (ends_at is null or ends_at > clock.now)) as user_block, "
    "(select kind from block where lifted_at is null and (ends_at is null or ends_at > clock.now) "
    "and ((kind, subject) in (('device', device_id::text), ('user', account_id::text), "
    "('session', session.id::text)) or network >>= $6::inet) "
    "and not (kind = 'user' and value ~ '^before=0*[1-9][0-9]{0,17}$') "
    "order by kind = 'session', kind <> 'ip', kind limit 1) as blocked "
    "from clock, session join account on account.id = session.account_id where session.id = $1), "
    "judged as (select found.*, case when blocked is not null then 'blocked' when not live then 'ended' "
    "when $2::bigint > refresh_counter then 'ahead' when $2 = refresh_counter then 'rotated' "
    "when $2 = refresh_counter - 1 and refreshed_at >= found.now - $4::interval then 'repeated' "
    "else 'reused' end as verdict from found), "
    "rotated as (update session set refresh_counter = session.refresh_counter + 1, refresh_secret = $3, "
    "refreshed_at = judged.now, idle_end = least(session.absolute_end, judged.now + $5::interval) "
    "from judged where session.id = judged.id and judged.verdict = 'rotated' returning session.*) "
    "select judged.id, judged.account_id, judged.device_id, judged.auth_time, judged.auth_methods, "
    "judged.refresh_salt, judged.absolute_end, roles, email_verified, now, user_block, blocked, verdict, "
    "coalesce(rotated.refresh_counter, judged.refresh_counter) as refresh_counter, "
    "coalesce(rotated.refresh_secret, judged.refresh_secret) as refresh_secret, "
    "coalesce(rotated.refreshed_at, judged.refreshed_at) as refreshed_at, "
    "coalesce(rotated.idle_end, judged.idle_end) as idle_end "
    "from judged left join rotated on rotated.id = judged.id"};

// The row is locked before the other statement begins and reads the clock, so that both see what came before:
// whoever waited here for a logout or another tab judges by what that has left.
std::optional<accounts::RefreshTurn> SessionTable::refresh(const accounts::RefreshUse& use) {
  post(kLock, use.session);
  const Rows rows =
      execute(kRefresh, use.session, use.counter, use.next_secret, use.grace, use.idle, address(use.ip));
  if (rows.empty()) return std::nullopt;
  const Row row = rows[0];
  const Time now = time(row["now"]);
  clock_.note(now);
  return accounts::RefreshTurn{.verdict = value_in(kVerdicts, text(row["verdict"])).value(),
                               .now = now,
                               .session = read(row),
                               .user_block = text(row["user_block"]),
                               .blocked = accounts::parse_block_kind(text(row["blocked"])),
                               .email_verified = row["email_verified"].as<bool>(),
                               .roles = texts(row["roles"])};
}

// The ids are in the order of the logins.
constexpr Statement kOf{
    "session_of",
    "select * from (select " GATEHOUSE_SESSION_ENTRY_COLUMNS
    " from session where account_id = $1) listed "
    "where $2::boolean is null or (live, id) < ($2, $3::uuid) order by live desc, id desc limit $4"};

std::vector<accounts::SessionEntry> SessionTable::of(accounts::AccountId account,
                                                     const std::optional<accounts::SessionPlace>& after,
                                                     int limit) {
  const auto live = after ? std::optional(after->live) : std::nullopt;
  const auto id = after ? std::optional(after->id) : std::nullopt;
  std::vector<accounts::SessionEntry> entries;
  for (const Row& row : execute(kOf, account, live, id, limit)) entries.push_back(read_entry(row));
  return entries;
}

constexpr Statement kEntry{"session_entry",
                           "select " GATEHOUSE_SESSION_ENTRY_COLUMNS " from session where id = $1"};

std::optional<accounts::SessionEntry> SessionTable::entry(accounts::SessionId id) {
  const Rows rows = execute(kEntry, id);
  if (rows.empty()) return std::nullopt;
  return read_entry(rows[0]);
}

constexpr Statement kNotEnded{
    "session_not_ended", "select id from session where account_id = $1 and ended_at is null order by id"};

std::vector<accounts::SessionId> SessionTable::not_ended(accounts::AccountId account) {
  std::vector<accounts::SessionId> ids;
  for (const Row& row : execute(kNotEnded, account)) ids.push_back(id<accounts::SessionId>(row["id"]));
  return ids;
}

}  // namespace gatehouse::store
