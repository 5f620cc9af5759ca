// Whether what was just committed is in force at the gates already.
#pragma once

namespace gatehouse::accounts {

enum class Enforcement {
  kActive,   // Redis has acknowledged it
  kPending,  // committed; it is published as soon as Redis answers
};

}  // namespace gatehouse::accounts
