// KIND and ID of a command line, as the key of a block.
#pragma once

#include <string>

#include "accounts/block.hpp"
#include "base/result.hpp"
#include "ctl/context.hpp"

namespace CLI {
class App;
}

namespace gatehouse::ctl {

struct BlockTarget {
  std::string kind;
  std::string id;

  // The two positional arguments.
  void add_to(CLI::App& command);
  // A user may be named by username or address, too. The error says in words what is wrong with the id.
  Result<accounts::BlockKey, std::string> key(Context& context) const;
};

}  // namespace gatehouse::ctl
