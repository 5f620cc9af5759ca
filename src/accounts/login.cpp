#include "accounts/login.hpp"

#include <algorithm>
#include <utility>

#include "accounts/access_token.hpp"
#include "accounts/account_lookup.hpp"
#include "accounts/block_check.hpp"
#include "accounts/device_token.hpp"
#include "accounts/refresh_token.hpp"
#include "base/text.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kDeviceNameSize = 100;

// What is known before the password is looked at.
struct Attempt {
  const Credentials& credentials;
  const Origin& origin;
  std::optional<BrowserId> browser{};  // of a device token that we have made
  std::optional<Account> account{};
  std::optional<Device> device{};
  std::vector<FoundBlock> blocks{};
};

// What was decided inside the last transaction; the tokens are made from it after COMMIT.
struct Opened {
  Session session;
  AccessGrant grant;
  BrowserId browser;
};

std::vector<BlockKey> block_keys(const Attempt& attempt) {
  std::vector<BlockKey> keys;
  if (attempt.account) keys.push_back(block_key(attempt.account->id));
  if (attempt.device) keys.push_back(block_key(attempt.device->id));
  return keys;
}

Attempt look_up(Ports& ports, const Credentials& credentials, const Origin& origin) {
  Attempt attempt{.credentials = credentials, .origin = origin};
  if (credentials.device_token)
    attempt.browser = read_device_token(credentials.device_token->expose(), ports.secrets);
  ports.database.read([&](Transaction& transaction) {
    attempt.account = find_account(transaction, credentials.identifier);
    if (attempt.account && attempt.browser)
      attempt.device = transaction.devices().find(attempt.account->id, *attempt.browser);
    attempt.blocks = find_blocks(ports, transaction, block_keys(attempt), origin.ip);
  });
  return attempt;
}

std::optional<Error> blocked_before_hashing(const Attempt& attempt) {
  if (has_full_block(attempt.blocks, BlockKind::kIp)) return Error::kAddressBlocked;
  if (has_full_block(attempt.blocks, BlockKind::kDevice)) return Error::kDeviceBlocked;
  return std::nullopt;
}

// `reason` says in the log what the answer hides.
void record_refusal(Transaction& transaction, const Attempt& attempt, std::string_view reason) {
  transaction.events().record({.type = EventType::kLogin,
                               .outcome = Outcome::kRefused,
                               .reason = std::string(reason),
                               .account = attempt.account ? std::optional(attempt.account->id) : std::nullopt,
                               .device = attempt.device ? std::optional(attempt.device->id) : std::nullopt,
                               .identifier = attempt.credentials.identifier,
                               .origin = attempt.origin});
}

Unexpected<Refusal> refuse_login(Ports& ports, const Attempt& attempt, Error error, std::string_view reason) {
  ports.database.transaction([&](Transaction& transaction) { record_refusal(transaction, attempt, reason); });
  return refuse(error);
}

struct Objection {
  Error error;
  std::string_view reason;
};

// The account as it is now, under lock: what has changed since the hash was compared counts.
std::optional<Objection> objection(const Attempt& attempt, const std::optional<Account>& account,
                                   const std::vector<FoundBlock>& blocks) {
  if (!account || account->auth_version != attempt.account->auth_version)
    return Objection{Error::kInvalidCredentials, "account_changed"};
  if (account->disabled_at) return Objection{Error::kInvalidCredentials, "account_disabled"};
  if (!account->email_verified_at) return Objection{Error::kEmailUnverified, code(Error::kEmailUnverified)};
  if (has_full_block(blocks, BlockKind::kUser))
    return Objection{Error::kUserBlocked, code(Error::kUserBlocked)};
  if (has_full_block(blocks, BlockKind::kDevice))
    return Objection{Error::kDeviceBlocked, code(Error::kDeviceBlocked)};
  return std::nullopt;
}

// A password is the one method so far (RFC 8176).
Session new_session(Ports& ports, const Attempt& attempt, DeviceId device, Time now) {
  return {.id = SessionId::generate(now, ports.random),
          .account = attempt.account->id,
          .device = device,
          .auth_time = now,
          .auth_methods = {"pwd"},
          .refresh_counter = 1,
          .refresh_secret = Secrets::kNewestRefreshSecret,
          .refresh_salt = ports.random.bytes(kRefreshSaltSize),
          .refreshed_at = now,
          .absolute_end = now + ports.rules.session_absolute,
          .idle_end = now + std::min(ports.rules.session_idle, ports.rules.session_absolute)};
}

void record_login(Transaction& transaction, const Attempt& attempt, const Session& session,
                  const AccessGrant& grant, bool new_device) {
  Event event{.type = EventType::kLogin,
              .account = session.account,
              .session = session.id,
              .device = session.device,
              .identifier = attempt.credentials.identifier,
              .token_id = grant.token_id.str(),
              .origin = attempt.origin};
  transaction.events().record(event);
  if (!new_device) return;
  event.type = EventType::kDeviceNew;
  transaction.events().record(event);
}

Result<Opened, Refusal> open_session(Ports& ports, Transaction& transaction, const Attempt& attempt) {
  const std::optional<Account> account = transaction.accounts().lock(attempt.account->id);
  transaction.ask_now();
  std::vector<FoundBlock> blocks = find_stored_blocks(transaction, block_keys(attempt), attempt.origin.ip);
  blocks.insert(blocks.end(), attempt.blocks.begin(), attempt.blocks.end());
  if (const std::optional<Objection> found = objection(attempt, account, blocks)) {
    record_refusal(transaction, attempt, found->reason);
    return refuse(found->error);
  }

  const Time now = transaction.now();
  const BrowserId browser = attempt.browser.value_or(BrowserId::generate(now, ports.random));
  const DeviceId fresh = DeviceId::generate(now, ports.random);
  const DeviceId device = transaction.devices().note_login(
      fresh, account->id, browser, printable(attempt.credentials.device_name, kDeviceNameSize), now,
      attempt.origin);
  const Session session = new_session(ports, attempt, device, now);
  transaction.sessions().insert(session, attempt.origin);
  transaction.accounts().note_login(account->id, now, attempt.origin, device);
  const AccessGrant grant{.token_id = TokenId::generate(now, ports.random),
                          .issued_at = std::max(unix_seconds(now), refused_before(blocks) + 1),
                          .email_verified = true,
                          .roles = account->roles};
  record_login(transaction, attempt, session, grant, device == fresh);
  return Opened{.session = session, .grant = grant, .browser = browser};
}

Login tokens_of(Ports& ports, const Opened& opened) {
  const Session& session = opened.session;
  const RefreshToken refresh{
      .session = session.id, .counter = session.refresh_counter, .secret_id = session.refresh_secret};
  return {
      .access_token = make_access_token(session, opened.grant, ports.rules, ports.signing_keys),
      .expires_in = access_life(session, opened.grant, ports.rules),
      .refresh_token = make_refresh_token(refresh, session.refresh_salt, ports.secrets),
      .refresh_expires_in = std::chrono::floor<std::chrono::seconds>(session.idle_end - session.refreshed_at),
      .session = session.id,
      .device = session.device,
      .device_token = make_device_token(opened.browser, ports.secrets),
      .token_id = opened.grant.token_id};
}

}  // namespace

Result<Login, Refusal> log_in(Ports& ports, const Credentials& credentials, const Origin& origin) {
  const Attempt attempt = look_up(ports, credentials, origin);
  if (const std::optional<Error> error = blocked_before_hashing(attempt))
    return refuse_login(ports, attempt, *error, code(*error));

  const Result<bool, Busy> right =
      attempt.account ? ports.passwords.verify(attempt.account->password_hash, credentials.password)
                      : ports.passwords.verify_dummy(credentials.password);
  if (!right) return busy();
  if (!*right)
    return refuse_login(ports, attempt, Error::kInvalidCredentials,
                        attempt.account ? "wrong_password" : "unknown_account");

  const Result<Opened, Refusal> opened = ports.database.transaction(
      [&](Transaction& transaction) { return open_session(ports, transaction, attempt); });
  if (!opened) return Unexpected(opened.error());
  return tokens_of(ports, *opened);
}

}  // namespace gatehouse::accounts
