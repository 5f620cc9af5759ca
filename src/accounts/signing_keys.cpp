#include "accounts/signing_keys.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "accounts/verified_tokens.hpp"
#include "base/crypto.hpp"

namespace gatehouse::accounts {

// The keys of one moment. The rows are in the order in which the keys are used, the last first.
struct SigningKeys::Ring {
  std::vector<SigningKeyRow> rows;
  std::vector<jose::PrivateKey> keys;
  jose::KeySet public_keys;
  mutable std::optional<VerifiedTokens> verified;

  static std::shared_ptr<const Ring> open(std::vector<SigningKeyRow> rows, const Secrets& secrets) {
    if (rows.empty()) throw std::runtime_error("PostgreSQL has no signing key");
    auto ring = std::make_shared<Ring>();
    std::vector<jose::PublicKey> public_keys;
    for (const SigningKeyRow& row : rows) {
      ring->keys.push_back(open_signing_key(row, secrets));
      public_keys.push_back(ring->keys.back().public_key());
    }
    ring->rows = std::move(rows);
    ring->public_keys = jose::KeySet(std::move(public_keys));
    ring->verified.emplace(ring->public_keys);
    return ring;
  }
};

namespace {

std::vector<SigningKeyRow> stored_rows(Database& database) {
  return database.read([](Transaction& transaction) { return transaction.signing_keys().all(); });
}

}  // namespace

SigningKeys SigningKeys::open(Database& database, const Secrets& secrets) {
  return SigningKeys(Ring::open(stored_rows(database), secrets));
}

SigningKeys SigningKeys::load(Database& database, const Secrets& secrets, Random& random,
                              jose::Algorithm algorithm) {
  return SigningKeys(Ring::open(database.transaction([&](Transaction& transaction) {
    StoredSigningKeys& stored = transaction.signing_keys();
    stored.lock();
    std::vector<SigningKeyRow> known = stored.all();
    if (known.empty()) {
      const Time now = transaction.now();
      known.push_back(make_signing_key(algorithm, secrets, now, now, random));
      stored.insert(known.front());
    }
    return known;
  }),
                                secrets));
}

void SigningKeys::reload(Database& database, const Secrets& secrets) {
  std::vector<SigningKeyRow> rows = stored_rows(database);
  if (rows == ring()->rows) return;
  std::shared_ptr<const Ring> fresh = Ring::open(std::move(rows), secrets);
  const std::lock_guard lock(mutex_);
  ring_ = std::move(fresh);
}

jose::PrivateKey SigningKeys::signer(Time now) const {
  const std::shared_ptr<const Ring> ring = this->ring();
  const auto row =
      std::ranges::find_if(ring->rows, [now](const SigningKeyRow& each) { return each.used_from <= now; });
  // None is in use yet: the earliest is the one that the others wait for.
  return row == ring->rows.end() ? ring->keys.back()
                                 : ring->keys[static_cast<std::size_t>(row - ring->rows.begin())];
}

jose::KeySet SigningKeys::public_keys() const {
  return ring()->public_keys;
}

Result<std::shared_ptr<const jose::VerifiedJws>, jose::Error> SigningKeys::verify(
    std::string_view token) const {
  return ring()->verified->verify(token);
}

std::shared_ptr<const SigningKeys::Ring> SigningKeys::ring() const {
  const std::lock_guard lock(mutex_);
  return ring_;
}

SigningKeyRow make_signing_key(jose::Algorithm algorithm, const Secrets& secrets, Time now, Time used_from,
                               Random& random) {
  const jose::PrivateKey key = jose::PrivateKey::generate(algorithm);
  const std::string& kid = key.public_key().kid();
  return {.kid = kid,
          .algorithm = algorithm,
          .sealed = seal(secrets.signing_keys(), kid, key.pkcs8().expose(), random),
          .created_at = now,
          .used_from = used_from};
}

jose::PrivateKey open_signing_key(const SigningKeyRow& row, const Secrets& secrets) {
  const std::optional<Secret> pkcs8 = open_sealed(secrets.signing_keys(), row.kid, row.sealed);
  if (!pkcs8) throw std::runtime_error("the signing key " + row.kid + " was stored under another master key");
  Result<jose::PrivateKey, jose::Error> key = jose::PrivateKey::parse(row.algorithm, *pkcs8);
  if (!key) throw std::runtime_error("the signing key " + row.kid + " cannot be read");
  return std::move(*key);
}

}  // namespace gatehouse::accounts
