#include "notify/worker.hpp"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "notify/message.hpp"
#include "notify/retry.hpp"
#include "notify/templates.hpp"

namespace gatehouse::notify {
namespace {

// How often the outbox is looked at unasked: another daemon may have died with rows of its own.
constexpr std::chrono::seconds kLongestSleep{10};
constexpr std::chrono::seconds kPauseAfterFailure{2};

Mailbox sender(const std::string& text) {
  std::optional<Mailbox> mailbox = parse_mailbox(text);
  if (!mailbox) throw std::runtime_error("the sender of mails is no address: " + text);
  return *mailbox;
}

}  // namespace

class Worker::Loop {
 public:
  Loop(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
       const MailSettings& settings)
      : database_(database),
        secrets_(secrets),
        transport_(transport),
        from_(sender(settings.from)),
        templates_(settings.template_directory),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  // A thread has no caller to throw to: PostgreSQL being away is logged and waited out.
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::chrono::milliseconds pause = kPauseAfterFailure;
      try {
        while (!stop.stop_requested() && send_one()) {
        }
        pause = until_next();
      } catch (const std::exception& failure) {
        spdlog::error("mail: the outbox cannot be read: {}", failure.what());
      }
      sleep(stop, pause);
    }
  }

  void sleep(const std::stop_token& stop, std::chrono::milliseconds pause) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [this] { return woken_; });
    woken_ = false;
  }

  std::chrono::milliseconds until_next() {
    return database_.read([](accounts::Transaction& transaction) -> std::chrono::milliseconds {
      const std::optional<Time> due = transaction.outbox().next_due();
      if (!due) return kLongestSleep;
      const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - transaction.now());
      return std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(0), kLongestSleep);
    });
  }

  // The row stays locked while its mail is sent, so no other daemon sends it, too. False if none is due.
  bool send_one() {
    return database_.transaction([this](accounts::Transaction& transaction) {
      const Time now = transaction.now();
      const std::vector<accounts::OutboxRow> rows = transaction.outbox().claim(now, 1);
      if (rows.empty()) return false;
      settle(transaction, rows.front(), deliver(rows.front()), now);
      return true;
    });
  }

  Result<void, std::string> deliver(const accounts::OutboxRow& row) try {
    const accounts::Mail mail = open_mail(row, secrets_);
    if (mail.to.empty()) return {};  // a decoy's
    const std::optional<Rendered> text = templates_.render(mail.template_name, mail.values);
    if (!text) return Unexpected("no mail template " + mail.template_name);
    const Result<Message, std::string> message = compose({.id = row.id.str(),
                                                          .from = from_,
                                                          .to = mail.to,
                                                          .subject = text->subject,
                                                          .body = text->body,
                                                          .date = row.created_at});
    if (!message) return Unexpected(message.error());
    return transport_.send(*message);
  } catch (const std::exception& failure) {
    return Unexpected(std::string(failure.what()));
  }

  static void settle(accounts::Transaction& transaction, const accounts::OutboxRow& row,
                     const Result<void, std::string>& sent, Time now) {
    if (sent) return transaction.outbox().sent(row.id, now);
    const std::optional<Time> next = next_try(row.tries, row.created_at, now);
    if (next) {
      spdlog::warn("mail {}: not sent, tried again at {}: {}", row.id.str(), rfc3339(*next), sent.error());
      transaction.outbox().retry(row.id, *next, sent.error());
    } else {
      spdlog::error("mail {}: given up: {}", row.id.str(), sent.error());
      transaction.outbox().dead(row.id, now, sent.error());
    }
  }

  accounts::Database& database_;
  const accounts::Secrets& secrets_;
  Transport& transport_;
  const Mailbox from_;
  const Templates templates_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;  // the last member: it starts when the others are there, and ends before they go
};

Worker::Worker(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
               MailSettings settings)
    : loop_(std::make_unique<Loop>(database, secrets, transport, settings)) {}

Worker::~Worker() = default;

void Worker::wake() {
  loop_->wake();
}

}  // namespace gatehouse::notify
