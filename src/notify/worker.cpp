#include "notify/worker.hpp"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
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

}  // namespace

class Worker::Loop {
 public:
  Loop(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
       MailSettings settings, Random& random)
      : database_(database),
        secrets_(secrets),
        transport_(transport),
        settings_(std::move(settings)),
        random_(random),
        templates_(settings_.template_directory),
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

  Result<void, SendError> deliver(const accounts::OutboxRow& row) try {
    const accounts::Mail mail = open_mail(row, secrets_);
    if (mail.to.empty()) return {};  // a decoy's
    const std::optional<Rendered> text = templates_.render(mail.template_name, mail.values);
    if (!text) return Unexpected(SendError{.what = "no mail template " + mail.template_name});
    const Result<Message, std::string> message = compose({.id = row.id.str(),
                                                          .from = settings_.from,
                                                          .to = mail.to,
                                                          .bounces_to = settings_.bounces_to,
                                                          .subject = text->subject,
                                                          .body = text->body,
                                                          .date = row.created_at});
    if (!message) return Unexpected(SendError{.what = message.error(), .permanent = true});
    return transport_.send(*message);
  } catch (const std::exception& failure) {
    return Unexpected(SendError{.what = failure.what()});
  }

  void settle(accounts::Transaction& transaction, const accounts::OutboxRow& row,
              const Result<void, SendError>& sent, Time now) {
    if (sent) return transaction.outbox().sent(row.id, now);
    const auto& [what, permanent] = sent.error();
    const std::optional<Time> next =
        permanent ? std::nullopt : next_try(row.tries + 1, settings_.tries, now, random_);
    if (next) {
      spdlog::warn("mail {}: not sent, tried again at {}: {}", row.id.str(), rfc3339(*next), what);
      transaction.outbox().retry(row.id, *next, what);
    } else {
      spdlog::error("mail {}: given up: {}", row.id.str(), what);
      transaction.outbox().dead(row.id, now, what);
    }
  }

  accounts::Database& database_;
  const accounts::Secrets& secrets_;
  Transport& transport_;
  const MailSettings settings_;
  Random& random_;
  const Templates templates_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;  // the last member: it starts when the others are there, and ends before they go
};

Worker::Worker(accounts::Database& database, const accounts::Secrets& secrets, Transport& transport,
               MailSettings settings, Random& random)
    : loop_(std::make_unique<Loop>(database, secrets, transport, std::move(settings), random)) {}

Worker::~Worker() = default;

void Worker::wake() {
  loop_->wake();
}

}  // namespace gatehouse::notify
