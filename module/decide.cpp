#include "module/decide.hpp"

#include <array>
#include <optional>
#include <string>

#include "contract/keys.hpp"

namespace gatehouse::gate {
namespace {

using jose::AccessToken;
using Standing = BlockTable::Standing;

struct Kind {
  std::string_view prefix;
  std::string AccessToken::*id;
  BlockKey CachedToken::*key;
  Status blocked;
};

constexpr std::array kKinds{
    Kind{contract::kDevice, &AccessToken::device, &CachedToken::device, Status::kDeviceBlocked},
    Kind{contract::kSession, &AccessToken::session, &CachedToken::session, Status::kSessionBlocked},
    Kind{contract::kUser, &AccessToken::subject, &CachedToken::user, Status::kUserBlocked},
    Kind{contract::kToken, &AccessToken::token_id, &CachedToken::token, Status::kTokenBlocked},
};

// A push says that a key has changed, not to what. Of a user it may now name a moment before this token, so
// that "blocked" would be a lie that a client believes; the others are refused at once.
bool blocks(const BlockTable::Found& found, const Kind& kind, const CachedToken& token) {
  switch (found.standing) {
    case Standing::kAbsent:
    case Standing::kDoubtful:
      return false;
    case Standing::kProvisional:
      return kind.blocked != Status::kUserBlocked;
    case Standing::kBlocked:
      return found.before == 0 || token.times.issued_at <= found.before;
  }
  return true;
}

// The issuers' errors stand in the order in which a token passes the checks.
bool came_further(jose::Error error, const Verdict& than) {
  return !than.error || error > *than.error;
}

Result<AccessToken, jose::Error> verify_by(const Trusted& trusted, std::string_view token, std::int64_t now,
                                           json::Parser& parser) {
  const Issuer& issuer = trusted.issuer();
  Result<jose::VerifiedJws, jose::Error> jws =
      jose::verify_signature(token, trusted.keys(), issuer.algorithms, parser);
  if (!jws) return Unexpected(jws.error());
  return jose::check_claims(std::move(*jws), issuer.claims, now, parser);
}

CachedToken facts_of(const AccessToken& token, const Trusted& trusted, const Shared& shared) {
  const Issuer& issuer = trusted.issuer();
  CachedToken facts{.voucher = trusted.voucher(token.algorithm, token.key_thumbprint), .times = token};
  if (!issuer.blocks) return facts;
  std::string text;
  for (const Kind& kind : kKinds) {
    const std::string& id = token.*kind.id;
    if (id.empty()) continue;
    text.assign(kind.prefix);
    text.append(1, ':').append(issuer.block_prefix).append(id);
    facts.*kind.key = shared.key_of(text);
  }
  return facts;
}

std::optional<VerifiedToken> verified_before(std::string_view token, std::span<Trusted* const> trusted,
                                             Shared& shared, std::int64_t now) {
  const std::optional<CachedToken> known = shared.tokens().find(token, now);
  if (!known) return std::nullopt;
  for (const Trusted* by : trusted) {
    if (by->takes(known->voucher)) return VerifiedToken{*known, &by->issuer(), token};
  }
  return std::nullopt;
}

}  // namespace

Result<VerifiedToken, Verdict> verify_token(const TokenText& text, std::span<Trusted* const> trusted,
                                            Shared& shared, std::int64_t now, json::Parser& parser) {
  if (text.kind == TokenText::Kind::kNone) return Unexpected(Verdict{Status::kNoToken});
  if (text.kind == TokenText::Kind::kMalformed) return Unexpected(Verdict{Status::kMalformedAuthorization});
  if (text.kind == TokenText::Kind::kAmbiguous) return Unexpected(Verdict{Status::kAmbiguousToken});
  if (const std::optional<VerifiedToken> known = verified_before(text.text, trusted, shared, now)) {
    shared.cache_hits.add();
    return *known;
  }
  shared.cache_misses.add();
  if (text.place == TokenSource::Place::kHeader && !is_b64token(text.text))
    return Unexpected(Verdict{Status::kMalformedAuthorization});
  Verdict verdict{Status::kBadToken};
  bool lacks_keys = false;
  for (const Trusted* by : trusted) {
    const Result<AccessToken, jose::Error> claims = verify_by(*by, text.text, now, parser);
    if (claims) {
      const CachedToken facts = facts_of(*claims, *by, shared);
      shared.tokens().insert(text.text, facts, now);
      return VerifiedToken{facts, &by->issuer(), text.text};
    }
    if (came_further(claims.error(), verdict)) verdict.error = claims.error();
    if (claims.error() != jose::Error::kUnknownKey) continue;
    by->ask_for_keys();
    lacks_keys = lacks_keys || !by->has_keys();
  }
  if (lacks_keys && verdict.error == jose::Error::kUnknownKey) return Unexpected(Verdict{Status::kNoKeys});
  return Unexpected(verdict);
}

Verdict check_standing(const Result<VerifiedToken, Verdict>& token, Shared& shared, const Staleness& stale,
                       std::int64_t now, Monotonic monotonic) {
  const Monotonic confirmed_at = shared.confirmed_at.load(std::memory_order_acquire);
  if (!shared.complete.load(std::memory_order_acquire) || confirmed_at == 0) return {Status::kStale};
  if (!token) return token.error();
  const CachedToken& facts = token->facts;
  const BlockTable table = shared.blocks();
  for (const Kind& kind : kKinds) table.prefetch(facts.*kind.key);
  const Result<void, jose::Error> times = jose::check_times(facts.times, token->issuer->claims, now);
  if (!times) return {Status::kBadToken, times.error()};
  if (shared.overflow.load(std::memory_order_acquire)) return {Status::kZoneFull};
  const bool is_stale = monotonic - confirmed_at > stale.after.count();
  if (is_stale && !stale.allow) return {Status::kStale};

  Verdict verdict{is_stale ? Status::kStaleAllowed : Status::kOk};
  for (const Kind& kind : kKinds) {
    const BlockKey& key = facts.*kind.key;
    if (key == kNoBlockKey) continue;
    const BlockTable::Found found = table.find(key, monotonic);
    if (blocks(found, kind, facts)) return {kind.blocked};
    if (found.standing != Standing::kAbsent && found.standing != Standing::kBlocked)
      verdict.status = Status::kBlockPending;
  }
  return verdict;
}

}  // namespace gatehouse::gate
