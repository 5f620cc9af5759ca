// Why a token, a key or a signature was refused. One flat list for the folder.
#pragma once

#include <string_view>

namespace gatehouse::jose {

enum class Error {
  // The compact serialization (RFC 7515 section 3.1).
  kMalformed,             // not three segments of canonical base64url, or too large
  kBadHeader,             // the header is not a JSON object that we understand
  kCriticalHeader,        // "crit" or "b64": an extension that must be understood and is not
  kUnsupportedAlgorithm,  // "alg" is missing, "none" or not accepted here
  kUnknownKey,            // no key of the set fits "kid" and "alg"
  kBadSignature,          // the signature is not that key's over these bytes
  // The claims (RFC 7519, RFC 9068).
  kBadType,        // "typ" is not that of an access token
  kBadClaims,      // the payload is not a JSON object, or a claim has the wrong type or size
  kMissingClaim,   // a claim that every access token has is not there
  kWrongIssuer,    // "iss" is not the configured one
  kWrongAudience,  // "aud" names none of the configured ones
  kExpired,        // now is at or after "exp"
  kNotYetValid,    // now is before "nbf" or "iat"
  kTooOld,         // "iat" is longer ago than allowed
  // Keys (RFC 7517, 7518, 8037).
  kBadKey,     // a JWK that cannot be read, is not public, or is weak
  kBadKeySet,  // a JWK Set that cannot be read or has no usable key
};

// The error as a stable snake_case word, for logs, metrics and answers.
std::string_view name(Error error);

}  // namespace gatehouse::jose
