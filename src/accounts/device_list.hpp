// The devices of an account as its owner sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/device.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"

namespace gatehouse::accounts {

struct ListedDevice {
  Device device;
  bool current;  // the one that asks
  struct Blocked {
    std::string reason;
    Time since;
    std::optional<Time> until;
  };
  std::optional<Blocked> blocked;
};

// The newest login first.
std::vector<ListedDevice> list_devices(Ports& ports, const Principal& principal);

}  // namespace gatehouse::accounts
