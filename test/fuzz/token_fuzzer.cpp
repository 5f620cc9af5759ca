// What a gate does with a token, before and after its signature.
#include <array>

#include "jose/base64url.hpp"
#include "jose/claims.hpp"
#include "jose/compact.hpp"
#include "jose/verify.hpp"
#include "test/fuzz/harness.hpp"

namespace gatehouse {
namespace {

using jose::Algorithm;

constexpr std::array kAlgorithms{Algorithm::kEdDSA, Algorithm::kES256, Algorithm::kRS256, Algorithm::kPS256};
constexpr std::int64_t kNow = 1'700'000'000;

const jose::PrivateKey& key() {
  static const jose::PrivateKey key = jose::PrivateKey::generate(Algorithm::kEdDSA);
  return key;
}
const jose::KeySet& keys() {
  static const jose::KeySet keys({key().public_key()});
  return keys;
}

}  // namespace

FUZZ(compact_token) {
  json::Parser parser;
  if (const auto parsed = jose::parse_compact(input, parser)) {
    CHECK_HOLDS(input.starts_with(parsed->signing_input));
    CHECK_HOLDS(parsed->signing_input.ends_with(parsed->payload_segment));
  }
  CHECK_HOLDS(!jose::verify_signature(input, keys(), kAlgorithms, parser));
}

FUZZ(claims) {
  json::Parser parser;
  const std::string signed_part =
      jose::base64url_encode(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + key().public_key().kid() + "\"}") +
      '.' + jose::base64url_encode(input);
  const std::string token = signed_part + '.' + jose::base64url_encode(key().sign(signed_part));
  auto verified = jose::verify_signature(token, keys(), kAlgorithms, parser);
  if (token.size() <= jose::kMaxTokenSize) CHECK_HOLDS(verified && verified->payload() == input);
  if (!verified) return;
  const jose::ClaimsPolicy policy{.issuer = "https://id.example.com", .audiences = {"app"}};
  const auto claims = jose::check_claims(*std::move(verified), policy, kNow, parser);
  if (!claims) return;
  CHECK_HOLDS(!claims->subject.empty() && !claims->session.empty() && !claims->device.empty());
  CHECK_HOLDS(claims->expires_at + policy.leeway.count() > kNow);
  CHECK_HOLDS(jose::check_times(*claims, policy, kNow).has_value());
}

FUZZ(jwks) {
  const auto set = jose::KeySet::parse(input);
  if (!set) return;
  CHECK_HOLDS(!set->keys().empty());
  const auto again = jose::KeySet::parse(set->jwks());
  CHECK_HOLDS(again && again->keys().size() == set->keys().size());
  for (const jose::PublicKey& each : set->keys()) CHECK_HOLDS(!each.verifies("message", "signature"));
}

FUZZ(base64url) {
  // What is read is written in one way alone.
  if (const auto bytes = jose::base64url_decode(input)) CHECK_HOLDS(jose::base64url_encode(*bytes) == input);
}

}  // namespace gatehouse
