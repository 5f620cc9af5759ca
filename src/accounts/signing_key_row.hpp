// The signing keys at rest; accounts/signing_keys.hpp has the rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "jose/algorithm.hpp"

namespace gatehouse::accounts {

struct SigningKeyRow {
  std::string kid;
  jose::Algorithm algorithm;
  std::string sealed;  // PKCS #8, sealed under the master key with the kid as context
  Time created_at;     // published from then on
  Time used_from;      // signs from then on, until a newer one does
  std::optional<Time> retired_at{};

  bool operator==(const SigningKeyRow&) const = default;
};

class StoredSigningKeys {
 public:
  virtual ~StoredSigningKeys() = default;

  // One daemon at a time looks and makes; held until the transaction ends.
  virtual void lock() = 0;
  // The last to be used first; those that are retired by now are left out.
  virtual std::vector<SigningKeyRow> all() = 0;
  virtual void insert(const SigningKeyRow& row) = 0;
  virtual void retire(const std::string& kid, Time at) = 0;
};

}  // namespace gatehouse::accounts
