#include "accounts/admin_creation.hpp"

#include <algorithm>

#include "accounts/identifiers.hpp"
#include "accounts/registration.hpp"
#include "base/hex.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kAdmin = "admin";

bool is_same_admin(const Account& account, const std::string& email) {
  return account.email_verified_at && email_key(account.email) == email_key(email) &&
         std::ranges::find(account.roles, kAdmin) != account.roles.end();
}

void record(Transaction& transaction, const NewAccount& account, Outcome outcome, std::string_view reason,
            const Origin& origin) {
  Event event{.type = EventType::kAdminCreate,
              .outcome = outcome,
              .reason = std::string(reason),
              .identifier = account.username,
              .origin = origin};
  if (outcome == Outcome::kOk) event.account = account.id;
  transaction.events().record(event);
}

Result<AdminCreated, Refusal> open_account(Transaction& transaction, const NewAccount& account,
                                           const Rules& rules, const Origin& origin) {
  const auto refuse_with = [&](Error error) {
    record(transaction, account, Outcome::kRefused, code(error), origin);
    return refuse(error);
  };
  if (transaction.accounts().find_by_verified_email(account.email_key))
    return refuse_with(Error::kEmailTaken);
  transaction.accounts().release_username(account.username_key,
                                          account.created_at - rules.username_reservation);
  if (!transaction.accounts().insert(account)) return refuse_with(Error::kUsernameTaken);
  if (!transaction.accounts().verify_email(account.id, account.created_at))
    throw std::runtime_error("another account confirmed " + account.email + " at this moment; try again");
  record(transaction, account, Outcome::kOk, "", origin);
  return AdminCreated{.account = account.id, .existed = false};
}

// Nobody's: the account is closed to passwords until one is chosen.
Secret unknown_password(Random& random) {
  return Secret(to_hex(random.bytes(32)));
}

}  // namespace

Result<AdminCreated, Refusal> create_admin(Database& database, PasswordHasher& passwords,
                                           const Secrets& secrets, const Rules& rules, Random& random,
                                           const NewAdmin& wanted, const Origin& origin) {
  const Registration registration{.username = wanted.username,
                                  .email = wanted.email,
                                  .password = wanted.password ? *wanted.password : unknown_password(random)};
  if (std::vector<Fault> faults = faults_of(registration); !faults.empty())
    return Unexpected(Refusal{.error = Error::kInvalidInput, .faults = std::move(faults)});
  const std::string username = username_key(registration.username).value();
  const std::optional<Account> present = database.read(
      [&](Transaction& transaction) { return transaction.accounts().find_by_username(username); });
  if (present && is_same_admin(*present, registration.email))
    return AdminCreated{.account = present->id, .existed = true};

  const Result<std::string, Busy> hash = passwords.hash(registration.password);
  if (!hash) return busy();
  return database.transaction([&](Transaction& transaction) {
    const Time now = transaction.now();
    Result<AdminCreated, Refusal> created = open_account(transaction,
                                                         {.id = AccountId::generate(now, random),
                                                          .username = registration.username,
                                                          .username_key = username,
                                                          .email = registration.email,
                                                          .email_key = email_key(registration.email).value(),
                                                          .password_hash = *hash,
                                                          .created_at = now,
                                                          .roles = {"user", kAdmin}},
                                                         rules, origin);
    if (created && !wanted.password) {
      created->reset_code =
          issue_code(created->account, Purpose::kResetPassword, now, secrets, rules, random);
      transaction.challenges().insert(created->reset_code->challenge);
    }
    return created;
  });
}

}  // namespace gatehouse::accounts
