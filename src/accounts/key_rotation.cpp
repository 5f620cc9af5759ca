#include "accounts/key_rotation.hpp"

#include <stdexcept>

#include "accounts/signing_keys.hpp"

namespace gatehouse::accounts {

Result<Rotation, RotationUnderWay> rotate_signing_key(Database& database, const Secrets& secrets,
                                                      const Rules& rules, Random& random,
                                                      std::optional<jose::Algorithm> algorithm,
                                                      std::chrono::seconds lead, const Origin& origin) {
  return database.transaction([&](Transaction& transaction) -> Result<Rotation, RotationUnderWay> {
    StoredSigningKeys& stored = transaction.signing_keys();
    stored.lock();
    std::vector<SigningKeyRow> known = stored.all();
    if (known.empty())
      throw std::runtime_error("PostgreSQL has no signing key yet; the daemon makes it at its first start");
    const Time now = transaction.now();
    if (known.front().used_from > now) return Unexpected(RotationUnderWay{known.front()});
    (void)open_signing_key(known.front(), secrets);

    const jose::Algorithm next = algorithm.value_or(known.front().algorithm);
    Rotation rotation{.next = make_signing_key(next, secrets, now, now + lead, random),
                      .retiring = std::move(known)};
    stored.insert(rotation.next);
    for (SigningKeyRow& row : rotation.retiring) {
      if (row.retired_at) continue;
      // As with a session's last token.
      row.retired_at = rotation.next.used_from + session_block_life(rules);
      stored.retire(row.kid, *row.retired_at);
    }
    transaction.events().record(
        {.type = EventType::kAdminKeysRotate, .identifier = rotation.next.kid, .origin = origin});
    return rotation;
  });
}

}  // namespace gatehouse::accounts
