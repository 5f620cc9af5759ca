#include "test/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "test/support/wait.hpp"

namespace gatehouse::test {

TempDir::TempDir() : path_("/tmp/gatehouse-test-XXXXXX") {
  if (!mkdtemp(path_.data())) throw std::runtime_error("mkdtemp failed");
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(const std::vector<std::string>& command, const std::string& log,
                 const std::vector<std::string>& environment) {
  // All memory is taken before fork: other threads may hold the allocator's lock then.
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (const std::string& variable : environment) variables.push_back(const_cast<char*>(variable.c_str()));
  for (char** variable = environ; *variable; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);

  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execvpe(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

Process::~Process() {
  if (ended_) return;
  // A stopped process would not see it.
  kill(pid_, SIGCONT);
  kill(pid_, SIGTERM);
  if (!ended_within(5'000)) end(SIGKILL);
}

bool Process::running() {
  if (!ended_ && waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
  return !ended_;
}

void Process::signal(int number) const {
  if (kill(pid_, number) != 0) throw std::runtime_error(std::string("kill: ") + std::strerror(errno));
}

void Process::end(int number) {
  if (ended_) return;
  kill(pid_, number);
  if (!ended_within(10'000)) throw std::runtime_error("process " + std::to_string(pid_) + " does not end");
}

bool Process::ended_within(int milliseconds) {
  return wait_until([this] { return !running(); }, std::chrono::milliseconds(milliseconds));
}

std::vector<pid_t> children_of(pid_t parent) {
  std::istringstream list(
      read_file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"));
  std::vector<pid_t> children;
  for (pid_t pid; list >> pid;) children.push_back(pid);
  return children;
}

std::string title_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/cmdline");
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  std::ofstream(temporary, std::ios::binary) << text;
  std::filesystem::permissions(temporary, std::filesystem::perms(0644));
  std::filesystem::rename(temporary, path);
}

}  // namespace gatehouse::test
