// A trusted issuer of access tokens, as gatehouse_issuer describes it.
#pragma once

#include <string>
#include <vector>

#include "jose/algorithm.hpp"
#include "jose/claims.hpp"
#include "jose/jwks.hpp"

namespace gatehouse::gate {

struct Issuer {
  std::string name;
  jose::ClaimsPolicy claims;
  std::vector<jose::Algorithm> algorithms{jose::Algorithm::kEdDSA};
  jose::KeySet keys;
};

}  // namespace gatehouse::gate
