// One request: from its token to a verdict. No I/O and no waiting; everything is in memory.
//
//   Result<VerifiedToken, Verdict> token = verify_token(text, trusted, shared, now, parser);  // once a
//   request Verdict verdict = check_standing(token, shared, stale, now, monotonic_now());     // each time
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "json/document.hpp"
#include "module/shared.hpp"
#include "module/status.hpp"
#include "module/token_source.hpp"
#include "module/trusted.hpp"

namespace gatehouse::gate {

// How long the last complete set of blocks decides, and what becomes of a good token after that.
struct Staleness {
  std::chrono::milliseconds after;
  bool allow = false;

  bool operator==(const Staleness&) const = default;
};

// Its claims can be read by ClaimsReader.
struct VerifiedToken {
  CachedToken facts;
  const Issuer* issuer;
  std::string_view text;  // the request's own
};

// The token's signature and claims, by the first issuer that vouches for it; if none does, by how far the
// best of them came. A token that one of them has vouched for lately is found in the cache. `now` is in unix
// seconds.
Result<VerifiedToken, Verdict> verify_token(const TokenText& text, std::span<Trusted* const> trusted,
                                            Shared& shared, std::int64_t now, json::Parser& parser);

// The verdict on what verify_token() found, with what can change later: the token's times, and whether a
// block names it. `stale` bounds how long ago the set of blocks was last known to be complete. Before it ever
// was, and that confirmed, nobody is judged, so that a gate which asks for a token is one that is ready.
Verdict check_standing(const Result<VerifiedToken, Verdict>& token, Shared& shared, const Staleness& stale,
                       std::int64_t now, Monotonic monotonic);

}  // namespace gatehouse::gate
