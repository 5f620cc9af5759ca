#include "module/spellings.hpp"

#include <algorithm>

#include "contract/keys.hpp"

namespace gatehouse::gate {

std::string Spellings::usual_key(const IpNetwork& network) {
  return contract::block_key(contract::kIp, network.str());
}

Monotonic Spellings::latest(const Ends& ends) {
  Monotonic latest = 0;
  for (const auto& [key, end] : ends) latest = std::max(latest, end);
  return latest;
}

Monotonic Spellings::seen(const IpNetwork& network, const std::string& key, Monotonic end) {
  const std::string usual = usual_key(network);
  auto known = networks_.find(network);
  if (known == networks_.end()) {
    if (key == usual) return end;
    known = networks_.emplace(network, Ends{{usual, Block::kNever}}).first;
  }
  known->second[key] = end;
  return latest(known->second);
}

std::optional<Monotonic> Spellings::gone(const IpNetwork& network, const std::string& key) {
  const auto known = networks_.find(network);
  if (known == networks_.end()) return std::nullopt;
  Ends& ends = known->second;
  ends.erase(key);
  if (!ends.empty()) return latest(ends);
  networks_.erase(known);
  return std::nullopt;
}

}  // namespace gatehouse::gate
