// A trusted issuer of access tokens, as gatehouse_issuer describes it.
#pragma once

#include <string>
#include <vector>

#include "jose/algorithm.hpp"
#include "jose/claims.hpp"
#include "module/key_source.hpp"

namespace gatehouse::gate {

struct Issuer {
  std::string name;
  jose::ClaimsPolicy claims;
  KeySource keys;
  std::vector<jose::Algorithm> algorithms{jose::Algorithm::kEdDSA};
  bool blocks = true;        // whether blocks can name its tokens
  std::string block_prefix;  // before each id: gatehouse:block:user:<prefix><sub>
};

}  // namespace gatehouse::gate
