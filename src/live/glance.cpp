#include "live/glance.hpp"

#include <charconv>

#include "base/text.hpp"
#include "contract/keys.hpp"

namespace gatehouse::live {
namespace {

constexpr std::size_t kValueSize = 500;  // what PostgreSQL keeps of it

// A key of another type than string is a block, too: somebody wanted one.
std::optional<LiveBlock> read_block(const Reply& value, std::int64_t life) {
  if (value.kind == Reply::Kind::kNil || life == -2) return std::nullopt;
  LiveBlock block{.value = "", .life = std::nullopt};
  if (value.kind == Reply::Kind::kText) {
    block.value = printable(value.text, kValueSize);
    block.raw = value.text;
  }
  if (life >= 0) block.life = std::chrono::milliseconds(life);
  return block;
}

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Glance look_at(Connection& redis, const std::vector<accounts::BlockKey>& keys) {
  const std::string run_id = redis.run_id();
  const std::vector<std::string> get_ready{"GET", std::string(contract::kReadyKey)};
  redis.append(get_ready);
  for (const accounts::BlockKey& key : keys) {
    redis.append({"GET", key.redis_key()});
    redis.append({"PTTL", key.redis_key()});
  }
  redis.append({"INFO", "stats"});
  redis.append(get_ready);

  Glance glance;
  const std::optional<std::string> before = redis.reply().string();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Reply value = redis.reply();
    glance.blocks.push_back(read_block(value, redis.reply().number()));
  }
  glance.evicted = number_of(info_field(redis.reply().string().value_or(""), "evicted_keys"));
  const std::optional<std::string> after = redis.reply().string();
  if (before && before == after) glance.ready = contract::ReadyMark::parse(*before);
  if (glance.ready && glance.ready->run_id != run_id) glance.ready.reset();
  return glance;
}

std::optional<std::int64_t> current_epoch(const Glance& glance, accounts::Transaction& transaction) {
  if (!glance.ready || glance.ready->epoch < transaction.blocks().last_epoch()) return std::nullopt;
  return glance.ready->epoch;
}

}  // namespace gatehouse::live
