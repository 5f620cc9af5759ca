#include "live/sweep.hpp"

#include <algorithm>
#include <set>

#include "contract/keys.hpp"
#include "live/glance.hpp"

namespace gatehouse::live {
namespace {

constexpr int kPage = 1000;
constexpr std::chrono::seconds kPatience{5};  // for one page

void visit_stored(accounts::Transaction& transaction, Connection& redis, const Visit& visit) {
  std::optional<accounts::BlockKey> last;
  while (true) {
    const std::vector<accounts::Block> page = transaction.blocks().active_after(last, kPage);
    if (page.empty()) return;
    std::vector<accounts::BlockKey> keys;
    keys.reserve(page.size());
    for (const accounts::Block& block : page) keys.push_back(block.key);
    redis.set_deadline(Deadline(kPatience));
    const Glance glance = look_at(redis, keys);
    for (std::size_t i = 0; i < page.size(); ++i) visit(keys[i], page[i], glance.blocks[i]);
    last = keys.back();
  }
}

std::vector<accounts::BlockKey> unknown_among(accounts::Transaction& transaction,
                                              const std::vector<Reply>& names) {
  std::set<accounts::BlockKey> keys;  // SCAN may name one twice
  for (const Reply& name : names)
    if (auto key = accounts::BlockKey::parse(name.text)) keys.insert(*key);
  for (const accounts::Block& block : transaction.blocks().active({keys.begin(), keys.end()}, ""))
    keys.erase(block.key);
  return {keys.begin(), keys.end()};
}

void visit_unknown(accounts::Transaction& transaction, Connection& redis, const Visit& visit) {
  std::string cursor = "0";
  do {
    redis.set_deadline(Deadline(kPatience));
    const Reply scanned = redis.command(
        {"SCAN", cursor, "MATCH", std::string(contract::kBlockPrefix) + "*", "COUNT", std::to_string(kPage)});
    if (scanned.array().size() != 2) throw RedisError("Redis: an unexpected reply to SCAN");
    cursor = scanned.elements[0].string().value_or("0");
    const std::vector<accounts::BlockKey> keys = unknown_among(transaction, scanned.elements[1].array());
    const Glance glance = look_at(redis, keys);
    for (std::size_t i = 0; i < keys.size(); ++i)
      visit(keys[i], transaction.blocks().latest(keys[i]), glance.blocks[i]);
  } while (cursor != "0");
}

}  // namespace

void sweep(accounts::Transaction& transaction, Connection& redis, const Visit& visit) {
  visit_stored(transaction, redis, visit);
  visit_unknown(transaction, redis, visit);
}

}  // namespace gatehouse::live
