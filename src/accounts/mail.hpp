// A mail to be sent: what it says is chosen here, how it looks by the template, when it goes by the outbox.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "accounts/ids.hpp"
#include "accounts/secrets.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Mail {
  std::string to;
  std::string template_name;                  // notify/templates/<language>/<name>.{subject,txt}
  std::map<std::string, std::string> values;  // for the template
};

// A row of the outbox: a mail, sealed because it may hold a code.
struct OutboxRow {
  MailId id;
  std::string sealed;
  Time created_at;
  int tries;
};

OutboxRow seal_mail(const Mail& mail, const Secrets& secrets, Time now, Random& random);
// Throws std::runtime_error if the row was sealed under another master key.
Mail open_mail(const OutboxRow& row, const Secrets& secrets);

class Outbox {
 public:
  virtual ~Outbox() = default;

  virtual void insert(const OutboxRow& row) = 0;

  // Rows that are due, locked until the transaction ends; rows that others hold are passed over.
  virtual std::vector<OutboxRow> claim(Time now, int limit) = 0;
  // When the next row is due.
  virtual std::optional<Time> next_due() = 0;
  // The three ends of a try; `sent` and `dead` wipe what was sealed.
  virtual void sent(MailId id, Time now) = 0;
  virtual void retry(MailId id, Time next_try, const std::string& error) = 0;
  virtual void dead(MailId id, Time now, const std::string& error) = 0;
};

}  // namespace gatehouse::accounts
