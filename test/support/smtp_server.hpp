// A real SMTP server (aiosmtpd) of a test's own, which can be told to refuse, hang or lose.
//
//   SmtpServer server;
//   server.plan(R"({"RCPT": "550 5.1.1 unknown"})");      // the words of smtp_server.py
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "test/support/process.hpp"

namespace gatehouse::test {

class SmtpServer {
 public:
  // `words` of smtp_server.py; with "smtps" or "starttls" the certificate() follows by itself.
  explicit SmtpServer(std::vector<std::string> words = {});

  // 127.0.0.1:port, also after a new start.
  std::string address() const { return "127.0.0.1:" + port_; }
  // Signed by itself, for 127.0.0.1; a file that all may read.
  std::string certificate() const { return folder_ / "certificate.pem"; }

  void plan(const std::string& json) const { write_file(folder_ / "plan", json); }
  // The mails that were taken, the oldest first, each below lines X-From, X-To, X-TLS and X-User.
  std::vector<std::string> mails() const;

  void start();
  void kill() { process_->end(SIGKILL); }

 private:
  TempDir folder_;
  std::vector<std::string> words_;
  std::string port_ = "0";
  std::unique_ptr<Process> process_;
};

}  // namespace gatehouse::test
