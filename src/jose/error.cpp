#include "jose/error.hpp"

namespace gatehouse::jose {

std::string_view name(Error error) {
  switch (error) {
    case Error::kMalformed:
      return "malformed_token";
    case Error::kBadHeader:
      return "bad_header";
    case Error::kCriticalHeader:
      return "critical_header";
    case Error::kUnsupportedAlgorithm:
      return "unsupported_algorithm";
    case Error::kUnknownKey:
      return "unknown_key";
    case Error::kBadSignature:
      return "bad_signature";
    case Error::kBadType:
      return "bad_type";
    case Error::kBadClaims:
      return "bad_claims";
    case Error::kMissingClaim:
      return "missing_claim";
    case Error::kWrongIssuer:
      return "wrong_issuer";
    case Error::kWrongAudience:
      return "wrong_audience";
    case Error::kExpired:
      return "expired";
    case Error::kNotYetValid:
      return "not_yet_valid";
    case Error::kTooOld:
      return "too_old";
    case Error::kBadKey:
      return "bad_key";
    case Error::kBadKeySet:
      return "bad_key_set";
  }
  return "unknown";
}

}  // namespace gatehouse::jose
