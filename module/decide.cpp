#include "module/decide.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "contract/keys.hpp"

namespace gatehouse::gate {
namespace {

using jose::AccessToken;
using Standing = BlockTable::Standing;

struct Kind {
  std::string_view prefix;
  const std::string AccessToken::*id;
  Status blocked;
};

const std::array kKinds{
    Kind{contract::kDevice, &AccessToken::device, Status::kDeviceBlocked},
    Kind{contract::kSession, &AccessToken::session, Status::kSessionBlocked},
    Kind{contract::kUser, &AccessToken::subject, Status::kUserBlocked},
    Kind{contract::kToken, &AccessToken::token_id, Status::kTokenBlocked},
};

// A push says that a key has changed, not to what. Of a user it may now name a moment before this token, so
// that "blocked" would be a lie that a client believes; the others are refused at once.
bool blocks(const BlockTable::Found& found, const Kind& kind, const AccessToken& token) {
  switch (found.standing) {
    case Standing::kAbsent:
    case Standing::kDoubtful:
      return false;
    case Standing::kProvisional:
      return kind.blocked != Status::kUserBlocked;
    case Standing::kBlocked:
      return found.before == 0 || token.issued_at <= found.before;
  }
  return true;
}

// The issuers' errors stand in the order in which a token passes the checks.
bool came_further(jose::Error error, const Verdict& than) {
  return !than.error || error > *than.error;
}

Result<AccessToken, jose::Error> verify_by(const Issuer& issuer, std::string_view token, std::int64_t now,
                                           json::Parser& parser) {
  Result<jose::VerifiedJws, jose::Error> jws =
      jose::verify_signature(token, issuer.keys, issuer.algorithms, parser);
  if (!jws) return Unexpected(jws.error());
  return jose::check_claims(std::move(*jws), issuer.claims, now, parser);
}

}  // namespace

Result<VerifiedToken, Verdict> verify_token(const TokenText& text, std::span<const Issuer* const> issuers,
                                            std::int64_t now, json::Parser& parser) {
  if (text.kind == TokenText::Kind::kNone) return Unexpected(Verdict{Status::kNoToken});
  if (text.kind == TokenText::Kind::kMalformed) return Unexpected(Verdict{Status::kMalformedAuthorization});
  Verdict verdict{Status::kBadToken};
  for (const Issuer* issuer : issuers) {
    Result<AccessToken, jose::Error> claims = verify_by(*issuer, text.text, now, parser);
    if (claims) return VerifiedToken{*std::move(claims), issuer};
    if (came_further(claims.error(), verdict)) verdict.error = claims.error();
  }
  return Unexpected(verdict);
}

Verdict check_standing(const Result<VerifiedToken, Verdict>& token, Shared& shared,
                       std::chrono::milliseconds stale, std::int64_t now, Monotonic monotonic) {
  if (!shared.complete.load(std::memory_order_acquire)) return {Status::kStale};
  if (!token) return token.error();
  const AccessToken& claims = token->claims;
  const Result<void, jose::Error> times = jose::check_times(claims, token->issuer->claims, now);
  if (!times) return {Status::kBadToken, times.error()};
  if (shared.overflow.load(std::memory_order_acquire)) return {Status::kZoneFull};
  if (monotonic - shared.confirmed_at.load(std::memory_order_acquire) > stale.count())
    return {Status::kStale};

  const BlockTable table = shared.blocks();
  Verdict verdict{Status::kOk};
  std::string text;
  for (const Kind& kind : kKinds) {
    const std::string& id = claims.*kind.id;
    if (id.empty()) continue;
    text.assign(kind.prefix).append(1, ':').append(id);
    const BlockTable::Found found = table.find(shared.key_of(text), monotonic);
    if (blocks(found, kind, claims)) return {kind.blocked};
    if (found.standing != Standing::kAbsent && found.standing != Standing::kBlocked)
      verdict.status = Status::kBlockPending;
  }
  return verdict;
}

}  // namespace gatehouse::gate
