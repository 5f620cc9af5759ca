#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace gatehouse {

void Secret::wipe() noexcept {
  // All of the buffer, without allocating: a move leaves a short text behind in the source's own, beyond its
  // size.
  bytes_.resize(bytes_.capacity());
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace gatehouse
