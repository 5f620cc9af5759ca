#include "accounts/device_list.hpp"

#include <algorithm>

namespace gatehouse::accounts {
namespace {

std::optional<ListedDevice::Blocked> block_of(DeviceId id, const std::vector<Block>& blocks) {
  const auto block = std::ranges::find(blocks, block_key(id), &Block::key);
  if (block == blocks.end()) return std::nullopt;
  return ListedDevice::Blocked{.reason = block->value, .since = block->created_at, .until = block->ends_at};
}

}  // namespace

std::vector<ListedDevice> list_devices(Ports& ports, const Principal& principal) {
  return ports.database.read([&](Transaction& transaction) {
    std::vector<Device> devices = transaction.devices().of(principal.account);
    std::vector<BlockKey> keys;
    keys.reserve(devices.size());
    for (const Device& device : devices) keys.push_back(block_key(device.id));
    const std::vector<Block> blocks = transaction.blocks().active(keys, "");
    std::vector<ListedDevice> listed;
    for (Device& device : devices) {
      const DeviceId id = device.id;
      listed.push_back(
          {.device = std::move(device), .current = id == principal.device, .blocked = block_of(id, blocks)});
    }
    return listed;
  });
}

}  // namespace gatehouse::accounts
