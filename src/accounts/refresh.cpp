#include "accounts/refresh.hpp"

#include <algorithm>

#include "accounts/access_token.hpp"
#include "accounts/block_check.hpp"
#include "accounts/block_publishing.hpp"
#include "accounts/refresh_token.hpp"
#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {
namespace {

// A token that is authentic, and its session as it was at the first look.
struct Use {
  const Origin& origin;
  RefreshToken token;
  Session session;
  std::vector<FoundBlock> blocks;
};

// What the last transaction decided; the tokens are made from it after COMMIT.
struct Turn {
  RefreshTurn taken;
  AccessGrant grant;
};

std::vector<BlockKey> block_keys(const Session& session) {
  return {block_key(session.account), block_key(session.device), block_key(session.id)};
}

// Nothing for what Gatehouse has not made. Redis is asked here, before any row is locked; PostgreSQL looks
// for blocks under the lock.
std::optional<Use> look_up(Ports& ports, const Secret& text, const Origin& origin) {
  const std::optional<RefreshToken> token = read_refresh_token(text.expose());
  if (!token) return std::nullopt;
  std::optional<Session> session = ports.database.read(
      [&](Transaction& transaction) { return transaction.sessions().find(token->session); });
  if (!session || !is_authentic(text.expose(), session->refresh_salt, ports.secrets)) return std::nullopt;
  std::vector<FoundBlock> blocks = ask_live_blocks(ports, block_keys(*session), origin.ip)();
  return Use{.origin = origin, .token = *token, .session = std::move(*session), .blocks = std::move(blocks)};
}

Error error_of(BlockKind kind) {
  switch (kind) {
    case BlockKind::kIp:
      return Error::kAddressBlocked;
    case BlockKind::kDevice:
      return Error::kDeviceBlocked;
    case BlockKind::kUser:
      return Error::kUserBlocked;
    case BlockKind::kSession:
    case BlockKind::kToken:
      break;
  }
  return Error::kSessionEnded;
}

std::optional<Error> blocked(const Use& use) {
  for (const BlockKind kind : {BlockKind::kIp, BlockKind::kDevice, BlockKind::kUser, BlockKind::kSession})
    if (has_full_block(use.blocks, kind)) return error_of(kind);
  return std::nullopt;
}

Event event_of(const Use& use, EventType type, Outcome outcome, std::string_view reason) {
  return {.type = type,
          .outcome = outcome,
          .reason = std::string(reason),
          .account = use.session.account,
          .session = use.session.id,
          .device = use.session.device,
          .origin = use.origin};
}

Unexpected<Refusal> refuse_use(Ports& ports, const Use& use, Error error) {
  ports.database.transaction([&](Transaction& transaction) {
    transaction.events().record(event_of(use, EventType::kRefresh, Outcome::kRefused, code(error)));
  });
  return refuse(error);
}

std::optional<Turn> take_turn(Ports& ports, Transaction& transaction, const Use& use) {
  std::optional<RefreshTurn> turn =
      transaction.sessions().refresh({.session = use.session.id,
                                      .counter = use.token.counter,
                                      .next_secret = Secrets::kNewestRefreshSecret,
                                      .grace = kRefreshGrace,
                                      .idle = ports.rules.session_idle,
                                      .ip = use.origin.ip});
  if (!turn) return std::nullopt;
  RefreshTurn& taken = *turn;
  const std::int64_t before =
      std::max(refused_before(use.blocks), refused_before({{BlockKind::kUser, taken.user_block}}));
  AccessGrant grant{.token_id = TokenId::generate(taken.now, ports.random),
                    .issued_at = std::max(unix_seconds(taken.now), before + 1),
                    .email_verified = taken.email_verified,
                    .roles = taken.roles};
  if (taken.verdict == RefreshVerdict::kRotated || taken.verdict == RefreshVerdict::kRepeated) {
    Event event = event_of(use, EventType::kRefresh, Outcome::kOk,
                           taken.verdict == RefreshVerdict::kRepeated ? "repeated" : "");
    event.token_id = grant.token_id.str();
    transaction.events().record(event);
  }
  return Turn{.taken = std::move(taken), .grant = std::move(grant)};
}

void mail_the_owner(Ports& ports, Transaction& transaction, const Use& use) {
  const std::optional<Account> owner = transaction.accounts().find(use.session.account);
  if (!owner) return;
  transaction.outbox().insert(seal_mail({.to = owner->email,
                                         .template_name = "refresh_reused",
                                         .values = {{"username", owner->username},
                                                    {"time", rfc5322_date(transaction.now())},
                                                    {"ip", use.origin.ip}}},
                                        ports.secrets, transaction.now(), ports.random));
}

// A transaction of its own: the block's key is locked before the session's row, as by a logout. Nothing can
// make a token good again that was judged so meanwhile. Only who ends the session logs and mails it.
Unexpected<Refusal> revoke(Ports& ports, const Use& use, Error error, EventType type) {
  const std::string reason(type == EventType::kSessionLost ? name(type) : code(error));
  const bool ended = ports.database.transaction([&](Transaction& transaction) {
    const bool mine =
        end_session(ports, transaction, use.session.id, use.session.account, reason, {}).has_value();
    transaction.events().record(event_of(use, mine ? type : EventType::kRefresh, Outcome::kRefused, reason));
    if (mine && error == Error::kRefreshReused) mail_the_owner(ports, transaction, use);
    return mine;
  });
  // Unacknowledged, it is published as soon as Redis answers; the refusal is the same.
  (void)publish_block(ports.database, ports.live, block_key(use.session.id));
  if (ended && error == Error::kRefreshReused) ports.mail.wake();
  return refuse(error);
}

Refreshed tokens_of(Ports& ports, const Turn& turn) {
  const Session& session = turn.taken.session;
  const RefreshToken successor{
      .session = session.id, .counter = session.refresh_counter, .secret_id = session.refresh_secret};
  return {.access_token = make_access_token(session, turn.grant, ports.rules, ports.signing_keys),
          .expires_in = access_life(session, turn.grant, ports.rules),
          .refresh_token = make_refresh_token(successor, session.refresh_salt, ports.secrets),
          .refresh_expires_in = std::chrono::floor<std::chrono::seconds>(session.idle_end - turn.taken.now),
          .session = session.id,
          .device = session.device,
          .token_id = turn.grant.token_id};
}

}  // namespace

Result<Refreshed, Refusal> refresh(Ports& ports, const Secret& refresh_token, const Origin& origin) {
  const std::optional<Use> use = look_up(ports, refresh_token, origin);
  if (!use) return refuse(Error::kRefreshInvalid);
  if (const std::optional<Error> error = blocked(*use)) return refuse_use(ports, *use, *error);

  const std::optional<Turn> turn = ports.database.transaction(
      [&](Transaction& transaction) { return take_turn(ports, transaction, *use); });
  if (!turn) return refuse(Error::kRefreshInvalid);
  switch (turn->taken.verdict) {
    case RefreshVerdict::kRotated:
    case RefreshVerdict::kRepeated:
      break;
    case RefreshVerdict::kReused:
      return revoke(ports, *use, Error::kRefreshReused, EventType::kRefresh);
    case RefreshVerdict::kAhead:
      return revoke(ports, *use, Error::kSessionEnded, EventType::kSessionLost);
    case RefreshVerdict::kBlocked:
      return refuse_use(ports, *use, error_of(turn->taken.blocked.value()));
    case RefreshVerdict::kEnded:
      return refuse_use(ports, *use, Error::kSessionEnded);
  }
  return tokens_of(ports, *turn);
}

}  // namespace gatehouse::accounts
