// What the gate made of a request: one word of a closed list, for the log, the answer and $gatehouse_status.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "jose/error.hpp"

namespace gatehouse::gate {

enum class Status {
  kOk,
  kAnonymous,     // no token, and none is needed
  kStaleAllowed,  // like kStale, but the configuration lets a good token pass
  kNoToken,
  kMalformedAuthorization,
  kAmbiguousToken,
  kBadToken,  // what is wrong with it: Verdict::error
  kDeviceBlocked,
  kSessionBlocked,
  kUserBlocked,
  kTokenBlocked,
  kIpBlocked,
  kCrossSite,      // the token came from a cookie, and maybe because of another site
  kNotAllowed,     // a gatehouse_require says so
  kLoginRequired,  // likewise, with error=401
  kBlockPending,   // a block was pushed, but what it says is not known yet
  kStale,          // the blocks were never complete, or not confirmed for too long
  kZoneFull,       // not every block found room
  kNoKeys,         // the keys of an issuer were not fetched yet
  kUnsafeHeader,   // an identity header would have control characters
  kInternalError,
};

struct Verdict {
  Status status;
  std::optional<jose::Error> error{};  // with kBadToken

  bool passes() const { return identified() || status == Status::kAnonymous; }
  // A token was verified, and nothing stands in its way.
  bool identified() const { return status == Status::kOk || status == Status::kStaleAllowed; }
};

// Every verdict has a number below kVerdicts, for counters.
inline constexpr std::size_t kVerdicts = static_cast<std::size_t>(Status::kInternalError) + 1 +
                                         static_cast<std::size_t>(jose::Error::kBadKeySet) + 1;
std::size_t index_of(const Verdict& verdict);
Verdict verdict_at(std::size_t index);

// snake_case, stable.
std::string_view name(const Verdict& verdict);
// For people.
std::string_view description(const Verdict& verdict);
// 200, 400, 401, 403, 500 or 503.
int http_status(Status status);

}  // namespace gatehouse::gate
