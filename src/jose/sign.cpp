#include "jose/sign.hpp"

#include <nlohmann/json.hpp>

#include "jose/base64url.hpp"

namespace gatehouse::jose {

std::string sign_compact(const PrivateKey& key, std::string_view type, std::string_view payload) {
  const nlohmann::ordered_json header{
      {"alg", name(key.public_key().algorithm())}, {"kid", key.public_key().kid()}, {"typ", type}};
  std::string token = base64url_encode(header.dump()) + '.' + base64url_encode(payload);
  return token + '.' + base64url_encode(key.sign(token));
}

}  // namespace gatehouse::jose
