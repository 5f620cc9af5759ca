// A new signing key takes over: it is published at once, signs after a while that all gates need to learn of
// it, and the old ones are retired when the last of their tokens has expired.
//
// One transaction writes the whole plan; the daemons follow it by PostgreSQL's clock (signing_keys.hpp). So
// there is no step after which a crash would leave something half done.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// Twice the time for which a copy of the JWK Set may be kept (http/handlers/keys.cpp).
inline constexpr std::chrono::minutes kKeyLead{10};

struct Rotation {
  SigningKeyRow next;
  std::vector<SigningKeyRow> retiring;  // with the time at which each ends
};

// The key that already waits for its first use: it has to come before another.
struct RotationUnderWay {
  SigningKeyRow next;
};

// `algorithm`: that of the present key if there is none. Throws std::runtime_error if the master key is not
// that of the present key: its daemons could not open the new one.
Result<Rotation, RotationUnderWay> rotate_signing_key(Database& database, const Secrets& secrets,
                                                      const Rules& rules, Random& random,
                                                      std::optional<jose::Algorithm> algorithm,
                                                      std::chrono::seconds lead, const Origin& origin);

}  // namespace gatehouse::accounts
