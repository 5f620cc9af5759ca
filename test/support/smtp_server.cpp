#include "test/support/smtp_server.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

void make_certificate(const std::string& path) {
  const std::string file = shell_quoted(path);
  const Ran made = run_shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=IP:127.0.0.1 -keyout " +
      file + ".key -out " + file + " 2>&1 && cat " + file + ".key " + file + " > " + file +
      ".both && chmod 644 " + file);
  if (made.status != 0) throw std::runtime_error("openssl: " + made.output);
}

}  // namespace

SmtpServer::SmtpServer(std::vector<std::string> words) : words_(std::move(words)) {
  plan("{}");
  const auto tls = std::ranges::find_if(
      words_, [](const std::string& word) { return word == "smtps" || word == "starttls"; });
  if (tls != words_.end()) {
    make_certificate(certificate());
    words_.insert(tls + 1, certificate() + ".both");
  }
  start();
}

void SmtpServer::start() {
  std::filesystem::remove(folder_ / "port");
  std::vector<std::string> command{"/usr/bin/python3", "test/support/smtp_server.py", folder_.path(), port_};
  command.insert(command.end(), words_.begin(), words_.end());
  process_ = std::make_unique<Process>(command, folder_ / "log");
  if (!wait_until([this] { return std::filesystem::exists(folder_ / "port") || !process_->running(); }) ||
      !process_->running())
    throw std::runtime_error("smtp_server.py: " + read_file(folder_ / "log"));
  port_ = read_file(folder_ / "port");
}

std::vector<std::string> SmtpServer::mails() const {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    if (entry.path().extension() == ".eml") paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (std::string& path : paths) path = read_file(path);
  return paths;
}

}  // namespace gatehouse::test
