#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace gatehouse {

void Secret::wipe() noexcept {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace gatehouse
