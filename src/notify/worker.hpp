// Sends what the outbox holds, in a thread of its own: at once when woken, again after a growing pause when a
// try fails, and given up after too many or for a refusal that is for good. Several daemons share the outbox.
//
// A mail goes out once, but for one case: a server that has taken it, and a daemon or connection that dies
// before that is known here. Both copies have the same Message-ID.
#pragma once

#include <memory>
#include <string>

#include "accounts/ports.hpp"
#include "base/mailbox.hpp"
#include "notify/transport.hpp"

namespace gatehouse::notify {

struct MailSettings {
  Mailbox from;
  std::string bounces_to{};        // an address; empty: that of `from`
  std::string template_directory;  // <language>/<name>.subject and .txt below it
  int tries = 30;                  // until a mail is given up
};

class Worker final : public accounts::MailCarrier {
 public:
  // Starts the thread. Throws if a template is missing.
  Worker(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
         MailSettings settings, Random& random = system_random());
  // Stops it; a message that is being sent is finished first.
  ~Worker() override;

  void wake() override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace gatehouse::notify
