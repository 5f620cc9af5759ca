// What the link in a mail carries, as good as the code beside it: base64url(version ‖ challenge id ‖
// HMAC-SHA-256 over a label, the purpose, these and what is stored of the code). So it is worth nothing
// anywhere else, and nothing any more once another code has been sent.
#pragma once

#include <optional>
#include <string_view>

#include "accounts/challenge.hpp"
#include "accounts/secrets.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

Secret make_link_token(const Challenge& challenge, const Secrets& secrets);

// Which challenge the token names; nothing for what has another form. Not believed yet.
std::optional<ChallengeId> read_link_token(std::string_view text);
// Whether it was made for the challenge as it is now.
bool is_authentic(std::string_view text, const Challenge& challenge, const Secrets& secrets);

}  // namespace gatehouse::accounts
