// Everything that is known about an access token, and what becomes of it: for the operator who is asked why
// somebody is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/ports.hpp"
#include "jose/error.hpp"

namespace gatehouse::accounts {

// A block of something that the token names, in PostgreSQL, in Redis or in both.
struct NamedBlock {
  BlockKey key;
  std::optional<Block> stored;
  std::optional<std::string> live;  // its value in Redis
  bool refuses;                     // this token; a block with before= may spare it
};

// As the gate says it: $gatehouse_status and the HTTP status.
struct GateAnswer {
  std::string status;
  int http_status;
};

struct TokenExplanation {
  Time now;                                // PostgreSQL's clock
  std::string algorithm{};                 // of the header; empty if it cannot be read
  std::string key_id{};                    // of the header
  std::optional<jose::Error> objection{};  // the first that signature or claims meet
  bool authentic = false;                  // the signature is good, so the claims are the daemon's
  std::string claims{};                    // a JSON object; empty if the payload is none
  std::optional<Account> account{};
  std::optional<SessionEntry> session{};
  std::optional<Device> device{};
  std::vector<NamedBlock> blocks{};
  bool redis_answers = true;  // otherwise the gates go by what they have, which PostgreSQL stands for here
  GateAnswer gate{};
  // Why the daemon refuses a token that the gate lets pass; empty if it does not.
  std::string daemon_objection{};
};

TokenExplanation explain_token(Database& database, LiveBlocks& live, const SigningKeys& keys,
                               const Rules& rules, std::string_view token);

}  // namespace gatehouse::accounts
