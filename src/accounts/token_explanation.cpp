#include "accounts/token_explanation.hpp"

#include <algorithm>
#include <array>

#include "accounts/authentication.hpp"
#include "accounts/names.hpp"
#include "accounts/signing_keys.hpp"
#include "contract/block_value.hpp"
#include "contract/claims.hpp"
#include "jose/base64url.hpp"
#include "jose/verify.hpp"

namespace gatehouse::accounts {
namespace {

// In the order in which the gate looks.
constexpr Names<BlockKind, 4> kGateWords{{{BlockKind::kDevice, "device_blocked"},
                                          {BlockKind::kSession, "session_blocked"},
                                          {BlockKind::kUser, "user_blocked"},
                                          {BlockKind::kToken, "token_blocked"}}};

// What the token says of itself, whether it may be believed or not.
struct Named {
  std::string user;
  std::string session;
  std::string device;
  std::string token;
  std::int64_t issued_at = 0;
};

std::string text_of(const json::Object& claims, std::string_view claim) {
  const std::optional<json::Value> value = claims.find(claim);
  return std::string(value ? value->string().value_or("") : "");
}

Named names_in(const json::Object& claims) {
  const std::optional<json::Value> issued_at = claims.find(contract::kIssuedAt);
  return {.user = text_of(claims, contract::kSubject),
          .session = text_of(claims, contract::kSessionId),
          .device = text_of(claims, contract::kDeviceId),
          .token = text_of(claims, contract::kTokenId),
          .issued_at = issued_at ? issued_at->integer().value_or(0) : 0};
}

std::vector<BlockKey> keys_of(const Named& named) {
  std::vector<BlockKey> keys;
  for (const auto& [kind, subject] :
       {std::pair(BlockKind::kDevice, &named.device), std::pair(BlockKind::kSession, &named.session),
        std::pair(BlockKind::kUser, &named.user), std::pair(BlockKind::kToken, &named.token)})
    // Only what could be a key: of a forged token it may be anything.
    if (const auto key = BlockKey::parse(BlockKey{kind, *subject}.redis_key())) keys.push_back(*key);
  return keys;
}

bool refuses(const BlockKey& key, const std::string& value, const Named& named) {
  const std::optional<std::int64_t> before =
      key.kind == BlockKind::kUser ? contract::before_of(value) : std::nullopt;
  return !before || named.issued_at <= *before;
}

// Signature and claims, as far as they can be read.
Named read_token(TokenExplanation& out, const SigningKeys& keys, const Rules& rules, std::string_view token) {
  json::Parser parser;
  const Result<jose::CompactJws, jose::Error> compact = jose::parse_compact(token, parser);
  if (!compact) {
    out.objection = compact.error();
    return {};
  }
  out.algorithm = jose::name(compact->header.algorithm);
  out.key_id = compact->header.key_id;
  const std::string payload = jose::base64url_decode(compact->payload_segment).value_or("");
  const jose::KeySet public_keys = keys.public_keys();
  Result<jose::VerifiedJws, jose::Error> jws =
      jose::verify_signature(token, public_keys, kTokenAlgorithms, parser);
  out.authentic = jws.has_value();
  if (!jws) {
    out.objection = jws.error();
  } else if (const auto checked =
                 jose::check_claims(*std::move(jws), claims_policy(rules), unix_seconds(out.now), parser);
             !checked) {
    out.objection = checked.error();
  }
  const Result<json::Object, json::Error> claims =
      parser.parse_object(payload, {.bytes = jose::kMaxTokenSize, .depth = 16});
  if (!claims) return {};
  out.claims = payload;
  return names_in(*claims);
}

void look_up(TokenExplanation& out, Transaction& transaction, const Named& named,
             const std::vector<BlockKey>& keys) {
  if (const auto id = AccountId::parse(named.user)) out.account = transaction.accounts().find(*id);
  if (const auto id = SessionId::parse(named.session)) out.session = transaction.sessions().entry(*id);
  if (const auto id = DeviceId::parse(named.device)) out.device = transaction.devices().find(*id);
  for (const BlockKey& key : keys)
    out.blocks.push_back({.key = key, .stored = {}, .live = {}, .refuses = false});
  for (Block& block : transaction.blocks().active(keys, ""))
    std::ranges::find(out.blocks, block.key, &NamedBlock::key)->stored = std::move(block);
}

void look_into_redis(TokenExplanation& out, LiveBlocks& live, const Named& named,
                     const std::vector<BlockKey>& keys) {
  const std::optional<LiveBlocks::Values> values = keys.empty() ? LiveBlocks::Values{} : live.values(keys);
  out.redis_answers = values.has_value();
  for (std::size_t i = 0; i < out.blocks.size(); ++i) {
    NamedBlock& block = out.blocks[i];
    if (values) block.live = (*values)[i];
    const std::optional<std::string> value =
        values || !block.stored ? block.live : std::optional(block.stored->value);
    block.refuses = value && refuses(block.key, *value, named);
  }
  std::erase_if(out.blocks, [](const NamedBlock& block) { return !block.stored && !block.live; });
}

GateAnswer answer_of(const TokenExplanation& out) {
  if (out.objection) return {.status = std::string(jose::name(*out.objection)), .http_status = 401};
  for (const auto& [kind, word] : kGateWords)
    for (const NamedBlock& block : out.blocks)
      if (block.refuses && block.key.kind == kind) return {.status = std::string(word), .http_status = 403};
  return {.status = "ok", .http_status = 200};
}

// What PostgreSQL knows and the gate does not ask.
std::string daemon_objection(const TokenExplanation& out) {
  if (!out.session) return "there is no such session";
  if (!out.session->live) return "the session is over";
  if (!out.account || out.account->disabled_at) return "the account is disabled";
  const auto unpublished = std::ranges::find_if(
      out.blocks, [&](const NamedBlock& block) { return block.stored && !block.live && out.redis_answers; });
  return unpublished == out.blocks.end() ? "" : "a block is recorded that Redis does not have yet";
}

}  // namespace

TokenExplanation explain_token(Database& database, LiveBlocks& live, const SigningKeys& keys,
                               const Rules& rules, std::string_view token) {
  return database.read([&](Transaction& transaction) {
    TokenExplanation out{.now = transaction.now()};
    const Named named = read_token(out, keys, rules, token);
    const std::vector<BlockKey> block_keys = keys_of(named);
    look_up(out, transaction, named, block_keys);
    look_into_redis(out, live, named, block_keys);
    out.gate = answer_of(out);
    if (out.gate.http_status == 200) out.daemon_objection = daemon_objection(out);
    return out;
  });
}

}  // namespace gatehouse::accounts
