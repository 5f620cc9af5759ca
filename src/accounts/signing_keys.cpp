#include "accounts/signing_keys.hpp"

#include <stdexcept>

#include "base/crypto.hpp"

namespace gatehouse::accounts {
namespace {

SigningKeyRow make_key(jose::Algorithm algorithm, const Secrets& secrets, Time now, Random& random) {
  const jose::PrivateKey key = jose::PrivateKey::generate(algorithm);
  const std::string& kid = key.public_key().kid();
  return {.kid = kid,
          .algorithm = algorithm,
          .sealed = seal(secrets.signing_keys(), kid, key.pkcs8().expose(), random),
          .created_at = now};
}

jose::PrivateKey open_key(const SigningKeyRow& row, const Secrets& secrets) {
  const std::optional<Secret> pkcs8 = open_sealed(secrets.signing_keys(), row.kid, row.sealed);
  if (!pkcs8) throw std::runtime_error("the signing key " + row.kid + " was stored under another master key");
  Result<jose::PrivateKey, jose::Error> key = jose::PrivateKey::parse(row.algorithm, *pkcs8);
  if (!key) throw std::runtime_error("the signing key " + row.kid + " cannot be read");
  return std::move(*key);
}

}  // namespace

SigningKeys SigningKeys::load(Database& database, const Secrets& secrets, Random& random,
                              jose::Algorithm algorithm) {
  const std::vector<SigningKeyRow> rows = database.transaction([&](Transaction& transaction) {
    StoredSigningKeys& stored = transaction.signing_keys();
    stored.lock();
    std::vector<SigningKeyRow> known = stored.all();
    if (known.empty()) {
      known.push_back(make_key(algorithm, secrets, transaction.now(), random));
      stored.insert(known.front());
    }
    return known;
  });
  std::vector<jose::PrivateKey> keys;
  std::vector<jose::PublicKey> public_keys;
  for (const SigningKeyRow& row : rows) {
    keys.push_back(open_key(row, secrets));
    public_keys.push_back(keys.back().public_key());
  }
  return {std::move(keys.front()), jose::KeySet(std::move(public_keys))};
}

SigningKeys::SigningKeys(jose::PrivateKey newest, jose::KeySet public_keys)
    : newest_(std::move(newest)), public_keys_(std::move(public_keys)) {}

}  // namespace gatehouse::accounts
