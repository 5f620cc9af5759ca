// The verdict on a request under the policy of its present location, remembered for the request: a token is
// verified once for each policy, however often and from wherever the verdict is asked for.
#pragma once

#include <optional>

#include "module/claims_reader.hpp"
#include "module/conf.hpp"
#include "module/decide.hpp"
#include "module/ngx.hpp"

namespace gatehouse::gate {

// In the request's pool.
struct Evaluation {
  ngx_http_request_t* request;
  const Policy* policy;
  Result<VerifiedToken, Verdict> token;
  bool forgeable;  // the token came from a cookie, and maybe because of another site
  Verdict verdict;
  ngx_msec_t judged_at;  // the turn of the event loop that the verdict was found in
  Evaluation* before;    // the one that was asked for last before this one
  bool spared = false;   // it was not enforced

  // nullptr without a verified token that passes.
  const VerifiedToken* identity() const { return verdict.identified() ? &*token : nullptr; }
};

// The request's location must be protected. Throws what runs out of memory.
const Evaluation& evaluate(ngx_http_request_t* r);
// The same, but asks anew what may have changed since: the token's times, the blocks, and what the policy
// requires. For a decision to let the request pass, which may come long after the last one.
Evaluation& evaluate_now(ngx_http_request_t* r);
// The verdict as it would be at this moment, but for what the policy requires.
Verdict judge_again(const Evaluation& evaluation);
// Replaces the verdict of the present location: something else than the token is in the way.
Evaluation& overrule(ngx_http_request_t* r, Status status);
// The last verdict, whatever location the request is in by now; std::nullopt before any.
std::optional<Verdict> last_verdict(ngx_http_request_t* r);

// Of this process.
ClaimsReader& claims_reader();

}  // namespace gatehouse::gate
