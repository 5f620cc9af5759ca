#include "test/support/tokens.hpp"

#include <ctime>
#include <nlohmann/json.hpp>

#include "jose/jwks.hpp"
#include "jose/sign.hpp"

namespace gatehouse::test {

using nlohmann::json;

TokenMaker::TokenMaker(jose::Algorithm algorithm) : key_(jose::PrivateKey::generate(algorithm)) {}

std::string TokenMaker::token(const std::map<std::string, std::string>& claims,
                              const std::string& type) const {
  const std::int64_t now = std::time(nullptr);
  json payload{{"iss", issuer()},   {"aud", audience()},     {"sub", subject()},
               {"sid", session()},  {"did", device()},       {"jti", token_id()},
               {"iat", now},        {"exp", now + 300},      {"auth_time", now},
               {"roles", {"user"}}, {"email_verified", true}};
  for (const auto& [name, value] : claims) {
    if (value == "null")
      payload.erase(name);
    else
      payload[name] = json::parse(value);
  }
  return jose::sign_compact(key_, type, payload.dump());
}

std::string TokenMaker::bearer(const std::map<std::string, std::string>& claims,
                               const std::string& type) const {
  return "Authorization: Bearer " + token(claims, type);
}

std::string TokenMaker::jwks() const {
  return jose::KeySet({key_.public_key()}).jwks();
}

}  // namespace gatehouse::test
