// Processes of a test's own: started, signalled by pid, and gone when the test ends, also after a failure.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace gatehouse::test {

// A folder with a short path that servers of other users may enter; removed with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

class Process {
 public:
  // Runs `command` with `environment` ("NAME=value") added to ours; its output is added to the file `log`.
  Process(const std::vector<std::string>& command, const std::string& log,
          const std::vector<std::string>& environment = {});
  // Ends it: SIGTERM, and SIGKILL after five seconds.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;
  // Sends the signal and waits for the end.
  void end(int number);
  // Whether it has ended by itself, with status 0.
  bool succeeded() const { return ended_ && status_ == 0; }

 private:
  bool ended_within(int milliseconds);

  pid_t pid_;
  bool ended_ = false;
  int status_ = 0;
};

// The pids whose parent is `parent`.
std::vector<pid_t> children_of(pid_t parent);
// The command line of a process, its title if it has set one.
std::string title_of(pid_t pid);

std::string read_file(const std::string& path);
// Readable for everybody, in one step.
void write_file(const std::string& path, const std::string& text);

}  // namespace gatehouse::test
