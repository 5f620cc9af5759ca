// What the use cases need from outside. store/, live/ and notify/ implement it; the daemon puts it together.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "accounts/account.hpp"
#include "accounts/block.hpp"
#include "accounts/challenge.hpp"
#include "accounts/device.hpp"
#include "accounts/event.hpp"
#include "accounts/mail.hpp"
#include "accounts/mail_count.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/password_tries.hpp"
#include "accounts/rules.hpp"
#include "accounts/secrets.hpp"
#include "accounts/session.hpp"
#include "accounts/signing_key_row.hpp"
#include "base/later.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

class SigningKeys;

// The database cannot be asked at present: it is away, or too busy. The same may be tried again later.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One database transaction and the tables in it.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // PostgreSQL's clock at the first call; the same for the rest of the transaction.
  virtual Time now() = 0;
  // Has it read together with what is asked next.
  virtual void ask_now() = 0;

  virtual Accounts& accounts() = 0;
  virtual Challenges& challenges() = 0;
  virtual PasswordTries& password_tries() = 0;
  virtual Devices& devices() = 0;
  virtual Sessions& sessions() = 0;
  virtual Blocks& blocks() = 0;
  virtual Events& events() = 0;
  virtual Outbox& outbox() = 0;
  virtual MailCounts& mail_counts() = 0;
  virtual StoredSigningKeys& signing_keys() = 0;
};

class Database {
 public:
  virtual ~Database() = default;

  // Runs `work(Transaction&)` and commits; what it returns is returned. A deadlock, a serialization failure
  // or a block that came in between (Blocks::insert) runs it again, so what it does outside the database must
  // bear repetition. Throws Unavailable, after a connection that was lost during COMMIT, too: then nobody
  // knows whether it took place.
  template <std::invocable<Transaction&> Work>
  auto transaction(Work&& work) {
    return collect([this](const Step& step) { run(step); }, std::forward<Work>(work));
  }

  // The same for reading alone: each statement sees the newest committed state, nothing is committed.
  template <std::invocable<Transaction&> Work>
  auto read(Work&& work) {
    return collect([this](const Step& step) { run_reading(step); }, std::forward<Work>(work));
  }

 protected:
  using Step = std::function<void(Transaction&)>;
  virtual void run(const Step& step) = 0;
  virtual void run_reading(const Step& step) = 0;

 private:
  template <typename Runner, typename Work>
  static auto collect(Runner&& runner, Work&& work) {
    using Out = std::invoke_result_t<Work&, Transaction&>;
    if constexpr (std::is_void_v<Out>) {
      runner([&work](Transaction& transaction) { work(transaction); });
    } else {
      std::optional<Out> out;
      runner([&work, &out](Transaction& transaction) { out.emplace(work(transaction)); });
      return std::move(*out);
    }
  }
};

// The blocks as Redis has them at this moment. No call takes longer than 250 ms.
class LiveBlocks {
 public:
  virtual ~LiveBlocks() = default;

  // Redis has done what it was asked.
  struct Acknowledged {
    std::optional<std::int64_t> epoch;  // that of gatehouse:ready just after; none if the set is not complete
  };

  // Nothing if Redis did not answer in time. `life` is the time after which Redis forgets the key itself.
  virtual std::optional<Acknowledged> publish(const BlockKey& key, const std::string& value,
                                              std::optional<Duration> life) = 0;
  // Deletes the key if it has this value: one that an administrator has set meanwhile stays. Without a value
  // it is deleted whatever it has.
  virtual std::optional<Acknowledged> withdraw(const BlockKey& key,
                                               const std::optional<std::string>& value) = 0;

  // The value of each key, in their order; nothing at all if Redis is dark.
  using Values = std::vector<std::optional<std::string>>;
  std::optional<Values> values(const std::vector<BlockKey>& keys) { return ask(keys)(); }
  // The same, while something else is done.
  virtual Later<std::optional<Values>> ask(const std::vector<BlockKey>& keys) = 0;
};

// Told that the outbox has a new row, after its transaction was committed.
class MailCarrier {
 public:
  virtual ~MailCarrier() = default;
  virtual void wake() = 0;
};

struct Ports {
  Database& database;
  LiveBlocks& live;
  MailCarrier& mail;
  PasswordHasher& passwords;
  const SigningKeys& signing_keys;
  const Secrets& secrets;
  const Rules& rules;
  Random& random;
};

}  // namespace gatehouse::accounts
