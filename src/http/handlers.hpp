// The handlers of all resources: each reads the request, calls one use case and writes its outcome.
// Which path leads to which stands in routes.cpp.
#pragma once

#include "http/call.hpp"

namespace gatehouse::http {

// handlers/account.cpp
Outcome post_accounts(const Call& call);
Outcome get_account(const Call& call, const accounts::Principal& principal);

// handlers/passwords.cpp
Outcome put_account_password(const Call& call, const accounts::Principal& principal);
Outcome post_password_resets(const Call& call);
Outcome put_password_reset(const Call& call);

// handlers/challenges.cpp
Outcome post_challenges(const Call& call);
Outcome post_challenge_verify(const Call& call);
Outcome post_challenge_resend(const Call& call);

// handlers/verify_email.cpp
Outcome get_verify_email(const Call& call);
Outcome post_verify_email(const Call& call);

// handlers/sessions.cpp
Outcome post_sessions(const Call& call);
Outcome get_sessions(const Call& call, const accounts::Principal& principal);
Outcome delete_sessions(const Call& call, const accounts::Principal& principal);
Outcome delete_session(const Call& call, const accounts::Principal& principal);
Outcome delete_current_session(const Call& call, const accounts::Principal& principal);

// handlers/tokens.cpp
Outcome post_tokens_refresh(const Call& call);

// handlers/devices.cpp
Outcome get_devices(const Call& call, const accounts::Principal& principal);
Outcome put_device_block(const Call& call, const accounts::Principal& principal);
Outcome delete_device_block(const Call& call, const accounts::Principal& principal);

// handlers/keys.cpp
Outcome get_jwks(const Call& call);

// handlers/health.cpp
Outcome get_healthz(const Call& call);
Outcome get_readyz(const Call& call);

}  // namespace gatehouse::http
