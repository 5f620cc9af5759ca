#include "test/support/nginx.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "test/support/raw_connection.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::string module_path() {
  const char* build = std::getenv("BUILD_DIR");
  return std::filesystem::absolute(std::string(build ? build : ".build/release") +
                                   "/module/ngx_http_gatehouse_module.so");
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

// The whole path: nginx starts its successor by it when it is told to (SIGUSR2).
std::string nginx_program() {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((folder + "/nginx").c_str(), X_OK) == 0) return folder + "/nginx";
  throw std::runtime_error("there is no nginx in the PATH");
}

std::vector<std::string> command_for(const TempDir& folder) {
  return {nginx_program(), "-p", folder.path(), "-c", folder / "nginx.conf", "-e", folder / "error.log"};
}

// Nginx itself is not instrumented, so the module's sanitizer runtime has to be there first.
std::vector<std::string> sanitizer_environment() {
  const char* preload = std::getenv("GATEHOUSE_NGINX_PRELOAD");
  if (!preload || !*preload) return {};
  const char* logs = std::getenv("GATEHOUSE_SANITIZER_LOGS");
  const std::string log = logs ? std::string("log_path=") + logs + "/nginx" : "";
  return {std::string("LD_PRELOAD=") + preload, "ASAN_OPTIONS=detect_leaks=0:" + log,
          "UBSAN_OPTIONS=print_stacktrace=1:" + log};
}

// An nginx that is started by another one (SIGUSR2) gets no more of its environment than is named.
std::string kept_environment() {
  std::string directives;
  for (const std::string& variable : sanitizer_environment())
    directives += "env " + variable.substr(0, variable.find('=')) + ";\n";
  return directives;
}

std::string command_line_for(const TempDir& folder) {
  std::string line;
  for (const std::string& variable : sanitizer_environment()) line += variable + ' ';
  for (const std::string& word : command_for(folder)) line += shell_quoted(word) + ' ';
  return line;
}

}  // namespace

Nginx::Nginx(const std::string& http, const std::string& main) : main_(main) {
  write_configuration(http);
  std::vector<std::string> command = command_for(folder_);
  command.insert(command.end(), {"-g", "daemon off;"});
  process_ = std::make_unique<Process>(command, folder_ / "output.log", sanitizer_environment());
  const bool settled = wait_until([this] { return workers_accept() || !process_->running(); });
  if (!settled || !process_->running())
    throw std::runtime_error("nginx: " + read_file(folder_ / "output.log") + error_log());
}

std::string Nginx::configure(const TempDir& folder, const std::string& main, const std::string& http) {
  const std::string user = geteuid() == 0 ? "user www-data;\n" : "";
  write_file(folder / "nginx.conf",
             replaced(replaced(user + kept_environment() + "load_module " + module_path() + ";\n" + main +
                                   "\npid @DIR@/nginx.pid;\nerror_log @DIR@/error.log info;\n"
                                   "events { worker_connections 512; }\n"
                                   "http {\naccess_log @DIR@/access.log;\nclient_body_temp_path @DIR@/body;\n"
                                   "proxy_temp_path @DIR@/proxy;\nfastcgi_temp_path @DIR@/fastcgi;\n"
                                   "uwsgi_temp_path @DIR@/uwsgi;\nscgi_temp_path @DIR@/scgi;\n" +
                                   http + "\n}\n",
                               "@SOCKET@", folder / "nginx.sock"),
                      "@DIR@", folder.path()));
  return folder / "nginx.conf";
}

Nginx::~Nginx() {
  process_->end(SIGQUIT);
}

Ran Nginx::check(const std::string& http) {
  const TempDir folder;
  configure(folder, "", http);
  Ran ran = run_shell(command_line_for(folder) + "-t");
  ran.output = replaced(ran.output, folder.path(), "@DIR@");
  return ran;
}

HttpRequest Nginx::request(const std::string& path, std::vector<std::string> headers) const {
  return {.url = "http://localhost" + path, .headers = std::move(headers), .unix_socket = socket()};
}

HttpResponse Nginx::get(const std::string& path, std::vector<std::string> headers) const {
  return request(path, std::move(headers)).send();
}

bool Nginx::workers_accept() const {
  return RawConnection(socket()).connected() && (main_ == kNoMaster || !workers().empty());
}

std::string Nginx::exchange(const std::string& bytes, int milliseconds) const {
  RawConnection connection(socket());
  connection.send(bytes);
  return connection.receive("", std::chrono::milliseconds(milliseconds));
}

void Nginx::reload(const std::string& http) {
  if (!http.empty()) write_configuration(http);
  const std::vector<pid_t> old = children_of(master());
  process_->signal(SIGHUP);
  const auto old_are_gone = [&] {
    const std::vector<pid_t> now = children_of(master());
    return !workers().empty() && std::none_of(old.begin(), old.end(), [&](pid_t pid) {
      return std::find(now.begin(), now.end(), pid) != now.end();
    });
  };
  if (!wait_until(old_are_gone)) throw std::runtime_error("nginx did not reload: " + error_log());
}

void Nginx::write_configuration(const std::string& http) const {
  configure(folder_, main_, http);
}

pid_t Nginx::leave_to_another() {
  process_->end(SIGQUIT);
  const Ran started = run_shell(command_line_for(folder_) + ">/dev/null");
  if (started.status != 0) throw std::runtime_error("nginx: " + started.output);
  return std::stoi(read_file(folder_ / "nginx.pid"));
}

bool Nginx::ends_well(int signal) {
  process_->end(signal);
  return process_->succeeded() && error_log().find("exited on signal") == std::string::npos;
}

std::vector<pid_t> Nginx::titled(const std::string& title) const {
  std::vector<pid_t> found;
  for (const pid_t pid : children_of(master()))
    if (title_of(pid).find(title) != std::string::npos) found.push_back(pid);
  return found;
}

std::vector<pid_t> Nginx::workers() const {
  return titled("worker process");
}

pid_t Nginx::helper() const {
  const std::vector<pid_t> found = titled("cache manager process");
  if (found.empty()) throw std::runtime_error("nginx has no helper process");
  return found.back();
}

}  // namespace gatehouse::test
