// The keys of blocked networks that are spelled in another way than the usual (2001:DB8::1, 10.1.2.3/8). Each
// spelling is a key of its own, with its own end, but all of one network share one entry of the table, which
// stands as long as any of them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/ip.hpp"
#include "module/block_table.hpp"

namespace gatehouse::gate {

class Spellings {
 public:
  // The key that spells the network in the usual way.
  static std::string usual_key(const IpNetwork& network);

  // The key was found, with its end. Returns until when all known keys of the network block it.
  Monotonic seen(const IpNetwork& network, const std::string& key, Monotonic end);
  // The key was found to be gone. Nothing if no other key of the network is known.
  std::optional<Monotonic> gone(const IpNetwork& network, const std::string& key);
  // Whether more than the usual key is known. That one is then taken to be there until it is found to be
  // gone.
  bool several(const IpNetwork& network) const { return networks_.contains(network); }
  void forget() { networks_.clear(); }

 private:
  using Ends = std::map<std::string, Monotonic>;
  static Monotonic latest(const Ends& ends);

  std::map<IpNetwork, Ends> networks_;
};

}  // namespace gatehouse::gate
