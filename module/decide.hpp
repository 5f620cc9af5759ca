// One request: from its token to a verdict. No I/O and no waiting; everything is in memory.
//
//   Result<VerifiedToken, Verdict> token = verify_token(text, issuers, now, parser);    // once a request
//   Verdict verdict = check_standing(token, shared, stale, now, monotonic_now());      // each time it
//   counts
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "jose/claims.hpp"
#include "json/document.hpp"
#include "module/issuer.hpp"
#include "module/shared.hpp"
#include "module/status.hpp"
#include "module/token_source.hpp"

namespace gatehouse::gate {

struct VerifiedToken {
  jose::AccessToken claims;
  const Issuer* issuer;
};

// The token's signature and claims, by the first issuer that vouches for it; if none does, by how far the
// best of them came. `now` is in unix seconds.
Result<VerifiedToken, Verdict> verify_token(const TokenText& text, std::span<const Issuer* const> issuers,
                                            std::int64_t now, json::Parser& parser);

// The verdict on what verify_token() found, with what can change later: the token's times, and whether a
// block names it. `stale` bounds how long ago the set of blocks was last known to be complete. Before it ever
// was, nobody is judged, so that a gate which asks for a token is one that is ready.
Verdict check_standing(const Result<VerifiedToken, Verdict>& token, Shared& shared,
                       std::chrono::milliseconds stale, std::int64_t now, Monotonic monotonic);

}  // namespace gatehouse::gate
