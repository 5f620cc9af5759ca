// Sends what the outbox holds, in a thread of its own: at once when woken, again after a growing pause when a
// try fails, never more than a day.
#pragma once

#include <memory>
#include <string>

#include "accounts/ports.hpp"
#include "notify/transport.hpp"

namespace gatehouse::notify {

struct MailSettings {
  std::string from;                // an address, or Name <address>
  std::string template_directory;  // <language>/<name>.subject and .txt below it
};

class Worker final : public accounts::MailCarrier {
 public:
  // Starts the thread. Throws if a template is missing or the sender is no address.
  Worker(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
         MailSettings settings);
  // Stops it; a message that is being sent is finished first.
  ~Worker() override;

  void wake() override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace gatehouse::notify
