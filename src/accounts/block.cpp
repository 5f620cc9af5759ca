#include "accounts/block.hpp"

#include "accounts/names.hpp"
#include "base/ip.hpp"
#include "base/text.hpp"
#include "contract/keys.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kSubjectSize = 255;

constexpr Names<BlockKind, 5> kKinds{{{BlockKind::kDevice, contract::kDevice},
                                      {BlockKind::kSession, contract::kSession},
                                      {BlockKind::kUser, contract::kUser},
                                      {BlockKind::kToken, contract::kToken},
                                      {BlockKind::kIp, contract::kIp}}};

constexpr Names<BlockSource, 4> kSources{{{BlockSource::kApi, "api"},
                                          {BlockSource::kCtl, "ctl"},
                                          {BlockSource::kRedis, "redis"},
                                          {BlockSource::kSystem, "system"}}};

bool is_subject(BlockKind kind, const std::string& subject) {
  if (subject.empty() || subject.size() > kSubjectSize || printable(subject, kSubjectSize) != subject)
    return false;
  return kind != BlockKind::kIp || IpNetwork::parse_around(subject);
}

}  // namespace

std::string BlockKey::redis_key() const {
  return contract::block_key(name(kind), subject);
}

std::optional<BlockKey> BlockKey::parse(std::string_view redis_key) {
  if (!redis_key.starts_with(contract::kBlockPrefix)) return std::nullopt;
  redis_key.remove_prefix(contract::kBlockPrefix.size());
  const std::size_t colon = redis_key.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<BlockKind> kind = parse_block_kind(redis_key.substr(0, colon));
  std::string subject(redis_key.substr(colon + 1));
  if (!kind || !is_subject(*kind, subject)) return std::nullopt;
  return BlockKey{*kind, std::move(subject)};
}

BlockKey block_key(DeviceId id) {
  return {BlockKind::kDevice, id.str()};
}

BlockKey block_key(SessionId id) {
  return {BlockKind::kSession, id.str()};
}

BlockKey block_key(AccountId id) {
  return {BlockKind::kUser, id.str()};
}

BlockKey block_key(const IpNetwork& network) {
  return {BlockKind::kIp, network.str()};
}

std::string_view name(BlockKind kind) {
  return name_in(kKinds, kind);
}

std::optional<BlockKind> parse_block_kind(std::string_view name) {
  return value_in(kKinds, name);
}

std::string_view name(BlockSource source) {
  return name_in(kSources, source);
}

std::optional<BlockSource> parse_block_source(std::string_view name) {
  return value_in(kSources, name);
}

}  // namespace gatehouse::accounts
