#include "jose/verify.hpp"

#include <algorithm>

#include "jose/base64url.hpp"

namespace gatehouse::jose {

Result<VerifiedJws, Error> verify_signature(std::string_view token, const KeySet& keys,
                                            std::span<const Algorithm> accepted, json::Parser& parser) {
  Result<CompactJws, Error> jws = parse_compact(token, parser);
  if (!jws) return Unexpected(jws.error());
  const Algorithm algorithm = jws->header.algorithm;
  if (std::find(accepted.begin(), accepted.end(), algorithm) == accepted.end())
    return Unexpected(Error::kUnsupportedAlgorithm);
  const PublicKey* key = keys.find(jws->header.key_id, algorithm);
  if (!key) return Unexpected(Error::kUnknownKey);
  if (!key->verifies(jws->signing_input, jws->signature)) return Unexpected(Error::kBadSignature);
  std::optional<std::string> payload = base64url_decode(jws->payload_segment);
  if (!payload) return Unexpected(Error::kMalformed);
  return VerifiedJws(std::move(jws->header), *std::move(payload), key->thumbprint());
}

}  // namespace gatehouse::jose
