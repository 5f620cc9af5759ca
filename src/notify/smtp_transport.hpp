// Hands messages to an SMTP server (RFC 5321), by libcurl. The connection is kept for the next message.
//
//   SmtpTransport smtp({.url = "smtp://mail.example.org:587", .user = "gatehouse", .password = …});
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "notify/transport.hpp"

namespace gatehouse::notify {

struct SmtpSettings {
  std::string url;        // smtp://host[:port], or smtps:// for TLS from the first byte
  bool starttls = true;   // over smtp:// TLS is required; without it nothing is sent
  std::string ca_file{};  // the server's certificate is checked against; empty: the system's
  std::string user{};     // empty: no authentication
  Secret password{};
  std::chrono::seconds timeout{30};  // for one message, from connect to the last reply
};

class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(SmtpSettings settings);
  ~SmtpTransport() override;

  // A 5xx reply to the sender, the recipient or the message is permanent. Everything else is not: a server
  // that is away, slow or full, and refusals that the operator has to mend (TLS, authentication).
  Result<void, SendError> send(const Message& message) override;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace gatehouse::notify
