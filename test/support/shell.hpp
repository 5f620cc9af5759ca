// Runs commands as a user would type them.
#pragma once

#include <map>
#include <string>

namespace gatehouse::test {

struct Ran {
  int status;          // exit status; 128 + n if a signal n ended it
  std::string output;  // standard output and error together
};

// `script` by bash, in the project's root, with `environment` added to ours.
Ran run_shell(const std::string& script, const std::map<std::string, std::string>& environment = {});

// For use in single quotes: every byte of the text as itself.
std::string shell_quoted(const std::string& text);

}  // namespace gatehouse::test
