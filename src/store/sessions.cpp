#include "store/tables.hpp"

namespace gatehouse::store {

constexpr Statement kInsert{"session_insert",
                            "insert into session (id, account_id, device_id, auth_time, auth_methods, "
                            "refresh_counter, refresh_secret, "
                            "refresh_salt, refreshed_at, absolute_end, idle_end, ip, user_agent) "
                            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};

void SessionTable::insert(const accounts::Session& session, const accounts::Origin& origin) {
  execute(kInsert, session.id, session.account, session.device, session.auth_time, session.auth_methods,
          session.refresh_counter, session.refresh_secret, bytes(session.refresh_salt), session.refreshed_at,
          session.absolute_end, session.idle_end, address(origin.ip), user_agent(origin));
}

constexpr Statement kStanding{
    "session_standing",
    "select session.auth_time, session.ended_at is null and now() < session.absolute_end and "
    "now() < session.idle_end as live, account.disabled_at is not null as disabled, account.roles "
    "from session join account on account.id = session.account_id "
    "where session.id = $1 and session.account_id = $2 and session.device_id = $3"};

std::optional<accounts::Standing> SessionTable::standing(accounts::SessionId id, accounts::AccountId account,
                                                         accounts::DeviceId device) {
  const pqxx::result rows = execute(kStanding, id, account, device);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return accounts::Standing{.auth_time = time(row["auth_time"]),
                            .session_live = row["live"].as<bool>(),
                            .account_disabled = row["disabled"].as<bool>(),
                            .roles = texts(row["roles"])};
}

constexpr Statement kEnd{"session_end",
                         "update session set ended_at = $3, end_reason = $4 "
                         "where id = $1 and account_id = $2 and ended_at is null returning device_id"};

std::optional<accounts::DeviceId> SessionTable::end(accounts::SessionId id, accounts::AccountId account,
                                                    Time now, const std::string& reason) {
  const pqxx::result rows = execute(kEnd, id, account, now, reason);
  if (rows.empty()) return std::nullopt;
  return store::id<accounts::DeviceId>(rows[0]["device_id"]);
}

}  // namespace gatehouse::store
