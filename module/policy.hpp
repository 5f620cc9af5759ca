// What is asked of a request in a protected location. Equal policies are one object, so that what was found
// out for one location holds for all that ask the same.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "module/decide.hpp"
#include "module/ngx.hpp"
#include "module/status.hpp"
#include "module/token_source.hpp"

namespace gatehouse::gate {

// Each value must be neither empty nor "0".
struct Requirement {
  std::vector<ngx_http_complex_value_t> values;
  Status otherwise;
};

// Which verdicts are told to the log of events.
enum class ToldEvents { kNone, kRefusals, kAll };

using Requirements = std::shared_ptr<const std::vector<Requirement>>;

struct Policy {
  std::string realm;
  bool optional = false;  // without a token a request is anonymous
  std::vector<TokenSource> sources;
  bool csrf = true;                  // a token from a cookie must come from our own site or an allowed one
  std::vector<std::string> origins;  // allowed, lower case
  bool preflight = false;            // a CORS preflight is anonymous
  Staleness stale;
  std::vector<Trusted*> accepted;  // issuers
  Requirements requirements;       // nullptr: none
  bool close_expired = false;      // what still runs when its token ends is closed
  bool dry_run = false;            // nothing is enforced
  ToldEvents events = ToldEvents::kNone;

  bool reads_header_alone() const { return sources.size() == 1 && sources.front() == TokenSource{}; }

  bool operator==(const Policy&) const = default;
};

}  // namespace gatehouse::gate
