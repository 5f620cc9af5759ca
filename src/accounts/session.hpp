// A session: one login on one device, until it ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/block.hpp"
#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "base/later.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Session {
  SessionId id;
  AccountId account;
  DeviceId device;
  Time auth_time;
  std::vector<std::string> auth_methods;  // "amr" (RFC 8176)
  std::uint32_t refresh_counter;          // of the newest refresh token
  std::uint16_t refresh_secret;           // the id of the secret that it was made with
  std::string refresh_salt;
  Time refreshed_at;
  Time absolute_end;
  Time idle_end;
};

// What PostgreSQL says about the bearer of an access token, in one look.
struct Standing {
  Time auth_time;
  bool session_live;  // not ended, neither idle nor absolute end passed
  bool account_disabled;
  std::vector<std::string> roles;
};

// What becomes of a refresh token that is authentic.
enum class RefreshVerdict {
  kRotated,   // it was the newest: the counter has moved, and the session goes on
  kRepeated,  // the one before, within the grace window: nothing has changed, its successor is given again
  kReused,    // an older one, or the one before too late: somebody has a copy
  kAhead,     // newer than the row: the database has lost what it had acknowledged
  kBlocked,   // the address, the session, its device or its account is blocked
  kEnded,     // the session is over, or its account disabled
};

// One use of a refresh token.
struct RefreshUse {
  SessionId session;
  std::uint32_t counter;      // of the token
  std::uint16_t next_secret;  // that the successor is made with
  Duration grace;             // a token that was replaced no longer ago may come again
  Duration idle;              // until the session ends if it is not used, or at its absolute end
  std::string ip;             // may be empty
};

struct RefreshTurn {
  RefreshVerdict verdict;
  Time now;                          // by which it was judged
  Session session;                   // as it is afterwards
  std::string user_block;            // the value of the account's block; empty if there is none
  std::optional<BlockKind> blocked;  // with kBlocked
  bool email_verified;
  std::vector<std::string> roles;
};

// A session as people see it.
struct SessionEntry {
  Session session;
  bool live;               // not ended, neither idle nor absolute end passed
  std::string ip;          // of the login; empty if none
  std::string user_agent;  // of the login
  std::optional<Time> ended_at;
  std::string end_reason;  // empty if it was not ended
};

// A place in an account's list of sessions: behind this one.
struct SessionPlace {
  bool live;
  SessionId id;
};

class Sessions {
 public:
  virtual ~Sessions() = default;

  virtual void insert(const Session& session, const Origin& origin) = 0;
  // Asked together with what is asked next.
  virtual Later<std::optional<Standing>> standing(SessionId id, AccountId account, DeviceId device) = 0;
  // The device of the session that was ended; none if it is not the account's or was over already.
  virtual std::optional<DeviceId> end(SessionId id, AccountId account, Time now,
                                      const std::string& reason) = 0;

  virtual std::optional<Session> find(SessionId id) = 0;
  // Locks the row until the transaction ends, then judges and takes one turn in one statement; nothing if
  // there is no such session. The transaction's clock is that of the turn.
  virtual std::optional<RefreshTurn> refresh(const RefreshUse& use) = 0;

  // The live ones first, then the newest login first; from the place on.
  virtual std::vector<SessionEntry> of(AccountId account, const std::optional<SessionPlace>& after,
                                       int limit) = 0;
  virtual std::optional<SessionEntry> entry(SessionId id) = 0;
  // Those that nobody has ended, in the order of their ids.
  virtual std::vector<SessionId> not_ended(AccountId account) = 0;
};

}  // namespace gatehouse::accounts
