// An nginx of a test's own with the gate in it, listening on a unix socket.
//
//   Nginx nginx("gatehouse_zone z:1m; … server { listen unix:@SOCKET@; … }");
//   nginx.get("/").status;
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "test/support/http_client.hpp"
#include "test/support/process.hpp"
#include "test/support/shell.hpp"

namespace gatehouse::test {

class Nginx {
 public:
  static constexpr const char* kTwoWorkers = "worker_processes 2;";
  static constexpr const char* kNoMaster = "master_process off;";

  // `http` is the inside of http {}; @SOCKET@ and @DIR@ in it are replaced. `main` are lines before it.
  explicit Nginx(const std::string& http, const std::string& main = kTwoWorkers);
  ~Nginx();

  // The file nginx.conf in the folder; returns its path.
  static std::string configure(const TempDir& folder, const std::string& main, const std::string& http);
  // What `nginx -t` says about such a configuration.
  static Ran check(const std::string& http);

  HttpRequest request(const std::string& path, std::vector<std::string> headers = {}) const;
  HttpResponse get(const std::string& path, std::vector<std::string> headers = {}) const;
  // Sends the bytes as they stand and returns all that comes back until nginx closes or `milliseconds` pass.
  std::string exchange(const std::string& bytes, int milliseconds = 2'000) const;

  // With another inside of http {}, or the same; returns when the old workers are gone.
  void reload(const std::string& http = "");
  // Without waiting for anything.
  void signal(int number) const { process_->signal(number); }
  void write_configuration(const std::string& http) const;
  // Sends the signal and waits for the end; whether nginx and all its processes ended by themselves, without
  // an error.
  bool ends_well(int signal);
  // Ends, and starts nginx in the same place as a daemon: the pid of its master, which is the caller's to
  // end.
  pid_t leave_to_another();
  std::vector<pid_t> workers() const;
  // The helper process, in which the link lives.
  pid_t helper() const;
  pid_t master() const { return process_->pid(); }

  std::string socket() const { return folder_ / "nginx.sock"; }
  const TempDir& folder() const { return folder_; }
  std::string error_log() const { return read_file(folder_ / "error.log"); }
  std::string access_log() const { return read_file(folder_ / "access.log"); }

 private:
  bool workers_accept() const;
  std::vector<pid_t> titled(const std::string& title) const;

  TempDir folder_;
  std::string main_;
  std::unique_ptr<Process> process_;
};

}  // namespace gatehouse::test
