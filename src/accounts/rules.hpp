// The lifetimes and limits that the use cases go by. The defaults are the contract's; the daemon fills them
// from its settings.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::accounts {

struct Rules {
  std::string public_url;             // scheme://host[:port], which the links in mails begin with
  std::string issuer;                 // "iss" of the access tokens
  std::vector<std::string> audience;  // "aud"; at least one
  std::chrono::seconds access_life = std::chrono::minutes(5);
  std::chrono::seconds leeway{5};  // what a gate forgives a token's times

  std::chrono::seconds session_absolute = std::chrono::days(30);
  std::chrono::seconds session_idle = std::chrono::days(14);

  std::chrono::seconds challenge_life = std::chrono::minutes(10);
  int challenge_tries = 5;
  int challenge_daily = 10;                  // codes of one purpose for one address
  std::chrono::seconds challenge_pause{60};  // until another one may be asked for
  std::chrono::seconds username_reservation = std::chrono::hours(24);
};

// How long after a session's end its block has to stand: until the last of its tokens is expired everywhere.
inline std::chrono::seconds session_block_life(const Rules& rules) {
  return rules.access_life + rules.leeway + std::chrono::seconds(60);
}

}  // namespace gatehouse::accounts
