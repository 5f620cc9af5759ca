// The one way to a payload that may be believed.
//
//   Result<VerifiedJws, Error> jws = verify_signature(token, keys, {Algorithm::kEdDSA}, parser);
//   Result<AccessToken, Error> access = check_claims(std::move(*jws), policy, now, parser);   // claims.hpp
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "jose/compact.hpp"
#include "jose/jwks.hpp"

namespace gatehouse::jose {

// A payload whose signature was found good. Only verify_signature makes one.
class VerifiedJws {
 public:
  const Header& header() const { return header_; }
  // Any bytes: RFC 7515 does not ask for JSON.
  const std::string& payload() const& { return payload_; }
  std::string payload() && { return std::move(payload_); }
  const Thumbprint& key_thumbprint() const { return key_thumbprint_; }

 private:
  friend Result<VerifiedJws, Error> verify_signature(std::string_view, const KeySet&,
                                                     std::span<const Algorithm>, json::Parser&);
  VerifiedJws(Header header, std::string payload, Thumbprint key_thumbprint)
      : header_(std::move(header)),
        payload_(std::move(payload)),
        key_thumbprint_(std::move(key_thumbprint)) {}

  Header header_;
  std::string payload_;
  Thumbprint key_thumbprint_;
};

// Verifies before it looks into the payload (RFC 8725 section 3.2). `accepted` bounds the algorithms further
// than the keys do.
Result<VerifiedJws, Error> verify_signature(std::string_view token, const KeySet& keys,
                                            std::span<const Algorithm> accepted, json::Parser& parser);

}  // namespace gatehouse::jose
