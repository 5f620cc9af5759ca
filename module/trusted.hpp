// An issuer with the keys that it has at present, as this process trusts it.
//
// A voucher stands for "this issuer, by this policy, with this key": it is remembered with a token that was
// verified, and the token is good for whoever still takes that voucher. One comparison so answers whether
// the token was meant for this issuer and audience, whether the policy is still the one that it was checked
// by, and whether the key (RFC 7638 thumbprint and algorithm) is still in the set.
#pragma once

#include <cstdint>
#include <vector>

#include "jose/jwks.hpp"
#include "module/block_table.hpp"
#include "module/issuer.hpp"
#include "module/key_board.hpp"

namespace gatehouse::gate {

using Voucher = BlockKey;

class Trusted {
 public:
  Trusted(const Issuer& issuer, jose::KeySet keys);

  const Issuer& issuer() const { return issuer_; }
  const jose::KeySet& keys() const { return keys_; }
  bool has_keys() const { return !keys_.keys().empty(); }
  void replace_keys(jose::KeySet keys);

  // Takes its keys from the board from now on.
  void follow(KeyBoard& board, const KeyBoard::Place& place);
  const KeyBoard::Place& place() const { return place_; }
  // Whose keys they are on the board: this issuer's, from this source.
  BlockKey owner() const;
  // Takes over keys that are newer than those at hand.
  void refresh();
  // A token names a key that is not among them.
  void ask_for_keys() const;

  bool takes(const Voucher& voucher) const;
  // For a token that verified with that key; kNoBlockKey, which nobody takes, if it is not among `keys()`.
  Voucher voucher(jose::Algorithm algorithm, const jose::Thumbprint& thumbprint) const;

 private:
  const Issuer& issuer_;
  jose::KeySet keys_;
  std::vector<Voucher> vouchers_;  // one for each key, in their order
  KeyBoard* board_ = nullptr;
  KeyBoard::Place place_{};
  std::uint64_t version_ = 0;
};

}  // namespace gatehouse::gate
