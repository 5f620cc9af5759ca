#include "module/address_block.hpp"

namespace gatehouse::gate {

std::optional<Verdict> check_address(const std::optional<IpAddress>& client, Shared& shared, Monotonic now) {
  if (!client) return std::nullopt;
  using Standing = BlockTable::Standing;
  std::optional<Verdict> verdict;
  shared.network_lengths.visit(client->is_v6(), [&](unsigned prefix) {
    const BlockKey key = shared.key_of(IpNetwork::around(*client, prefix));
    switch (shared.blocks().find(key, now).standing) {
      case Standing::kAbsent:
        return;
      case Standing::kDoubtful:
        if (!verdict) verdict = {Status::kBlockPending};
        return;
      case Standing::kProvisional:
      case Standing::kBlocked:
        verdict = {Status::kIpBlocked};
    }
  });
  return verdict;
}

}  // namespace gatehouse::gate
