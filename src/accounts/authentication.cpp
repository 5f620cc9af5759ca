#include "accounts/authentication.hpp"

#include "accounts/block_check.hpp"
#include "accounts/signing_keys.hpp"

namespace gatehouse::accounts {
namespace {

Unexpected<Refusal> unauthenticated(std::string_view why) {
  return Unexpected(Refusal{.error = Error::kUnauthenticated, .detail = std::string(why)});
}

struct Bearer {
  AccountId account;
  SessionId session;
  DeviceId device;
};

std::optional<Bearer> bearer_of(const jose::AccessToken& token) {
  const std::optional<AccountId> account = AccountId::parse(token.subject);
  const std::optional<SessionId> session = SessionId::parse(token.session);
  const std::optional<DeviceId> device = DeviceId::parse(token.device);
  if (!account || !session || !device) return std::nullopt;
  return Bearer{*account, *session, *device};
}

std::optional<Refusal> refusal_of(const std::vector<FoundBlock>& blocks, std::int64_t issued_at) {
  if (has_full_block(blocks, BlockKind::kIp)) return Refusal{.error = Error::kAddressBlocked};
  if (has_full_block(blocks, BlockKind::kDevice)) return Refusal{.error = Error::kDeviceBlocked};
  if (has_full_block(blocks, BlockKind::kUser)) return Refusal{.error = Error::kUserBlocked};
  // These are over for this token only: a new login helps.
  if (has_full_block(blocks, BlockKind::kSession) || has_full_block(blocks, BlockKind::kToken) ||
      issued_at <= refused_before(blocks))
    return unauthenticated("revoked").error();
  return std::nullopt;
}

std::vector<BlockKey> block_keys(const Bearer& bearer, const jose::AccessToken& token) {
  std::vector<BlockKey> keys{block_key(bearer.account), block_key(bearer.session), block_key(bearer.device)};
  if (!token.token_id.empty()) keys.push_back({BlockKind::kToken, token.token_id});
  return keys;
}

// The part that needs the database, with a token that is authentic: one round trip.
Result<Principal, Refusal> stand_for(Ports& ports, Transaction& transaction, const Bearer& bearer,
                                     const jose::AccessToken& token, const Origin& origin) {
  transaction.ask_now();
  const auto asked = transaction.sessions().standing(bearer.session, bearer.account, bearer.device);
  const std::vector<FoundBlock> blocks =
      find_blocks(ports, transaction, block_keys(bearer, token), origin.ip);
  if (const auto checked =
          jose::check_times(token, claims_policy(ports.rules), unix_seconds(transaction.now()));
      !checked)
    return unauthenticated(jose::name(checked.error()));
  if (std::optional<Refusal> refusal = refusal_of(blocks, token.issued_at))
    return Unexpected(std::move(*refusal));
  std::optional<Standing> standing = asked();
  if (!standing || !standing->session_live || standing->account_disabled)
    return unauthenticated("session_ended");
  return Principal{.account = bearer.account,
                   .session = bearer.session,
                   .device = bearer.device,
                   .token_id = token.token_id,
                   .roles = std::move(standing->roles),
                   .auth_time = standing->auth_time};
}

}  // namespace

jose::ClaimsPolicy claims_policy(const Rules& rules) {
  return {.issuer = rules.issuer, .audiences = rules.audience, .leeway = rules.leeway};
}

Result<Principal, Refusal> authenticate(Ports& ports, std::string_view access_token, const Origin& origin) {
  thread_local json::Parser parser;
  const auto jws = ports.signing_keys.verify(access_token);
  if (!jws) return unauthenticated(jose::name(jws.error()));
  const auto token = jose::read_claims(**jws, claims_policy(ports.rules), parser);
  if (!token) return unauthenticated(jose::name(token.error()));
  const std::optional<Bearer> bearer = bearer_of(*token);
  if (!bearer) return unauthenticated("bad_claims");
  return ports.database.read(
      [&](Transaction& transaction) { return stand_for(ports, transaction, *bearer, *token, origin); });
}

}  // namespace gatehouse::accounts
