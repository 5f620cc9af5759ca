// Access tokens as the daemon would sign them, and the keys that a gate verifies them with.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "jose/jwk.hpp"

namespace gatehouse::test {

class TokenMaker {
 public:
  explicit TokenMaker(jose::Algorithm algorithm = jose::Algorithm::kEdDSA);

  // `claims` replace or, as "null", remove members of a good token; each value is JSON text.
  std::string token(const std::map<std::string, std::string>& claims = {},
                    const std::string& type = "at+jwt") const;
  std::string bearer(const std::map<std::string, std::string>& claims = {},
                     const std::string& type = "at+jwt") const;
  std::string jwks() const;
  const jose::PrivateKey& key() const { return key_; }

  // The identity in a token that was not given another.
  std::string subject() const { return "user-1"; }
  std::string session() const { return "session-1"; }
  std::string device() const { return "device-1"; }
  std::string token_id() const { return "token-1"; }
  static std::string issuer() { return "https://id.example.com"; }
  static std::string audience() { return "app"; }

 private:
  jose::PrivateKey key_;
};

}  // namespace gatehouse::test
