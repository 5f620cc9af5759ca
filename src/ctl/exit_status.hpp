// What gatehousectl tells the shell; docs/gatehousectl.md has the same table.
#pragma once

namespace gatehouse::ctl {

enum class ExitStatus {
  kDone = 0,
  kNo = 1,           // the answer is no: not valid, not found, refused
  kUsage = 2,        // the command line, a file or the settings are wrong
  kUnreachable = 3,  // PostgreSQL or Redis does not answer, and nothing was done without it
  kPending = 4,      // recorded for good; the gates follow as soon as Redis answers
  kFailed = 5,
};

}  // namespace gatehouse::ctl
