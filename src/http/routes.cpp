#include "http/routes.hpp"

#include "http/handlers.hpp"

namespace gatehouse::http {
namespace {

// Who may call; the type of the handler says the same to the compiler.
PublicHandler anyone(PublicHandler handler) {
  return handler;
}
BearerHandler bearer(BearerHandler handler) {
  return handler;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> kRoutes{
      {"POST", "/auth/v1/accounts", Lane::kPassword, anyone(post_accounts)},
      {"POST", "/auth/v1/challenges", Lane::kQuick, anyone(post_challenges)},
      {"POST", "/auth/v1/challenges/{id}/verify", Lane::kQuick, anyone(post_challenge_verify)},
      {"POST", "/auth/v1/challenges/{id}/resend", Lane::kQuick, anyone(post_challenge_resend)},
      {"GET", "/auth/v1/verify-email/{token}", Lane::kQuick, anyone(get_verify_email)},
      {"POST", "/auth/v1/verify-email/{token}", Lane::kQuick, anyone(post_verify_email)},

      {"POST", "/auth/v1/sessions", Lane::kPassword, anyone(post_sessions)},
      {"GET", "/auth/v1/sessions", Lane::kQuick, bearer(get_sessions)},
      {"DELETE", "/auth/v1/sessions", Lane::kQuick, bearer(delete_sessions)},
      {"DELETE", "/auth/v1/sessions/{id}", Lane::kQuick, bearer(delete_session)},
      {"DELETE", "/auth/v1/sessions/current", Lane::kQuick, bearer(delete_current_session)},

      {"POST", "/auth/v1/tokens/refresh", Lane::kQuick, anyone(post_tokens_refresh)},

      {"GET", "/auth/v1/account", Lane::kQuick, bearer(get_account)},
      {"PUT", "/auth/v1/account/password", Lane::kPassword, bearer(put_account_password)},
      {"POST", "/auth/v1/password-resets", Lane::kQuick, anyone(post_password_resets)},
      {"PUT", "/auth/v1/password-resets/{id}", Lane::kPassword, anyone(put_password_reset)},

      {"GET", "/auth/v1/devices", Lane::kQuick, bearer(get_devices)},
      {"PUT", "/auth/v1/devices/{id}/block", Lane::kQuick, bearer(put_device_block)},
      {"DELETE", "/auth/v1/devices/{id}/block", Lane::kQuick, bearer(delete_device_block)},

      {"GET", "/.well-known/jwks.json", Lane::kDirect, anyone(get_jwks)},
      {"GET", "/auth/v1/healthz", Lane::kDirect, anyone(get_healthz)},
      {"GET", "/auth/v1/readyz", Lane::kQuick, anyone(get_readyz)},
      // For who asks the daemon itself, without nginx in between.
      {"GET", "/healthz", Lane::kDirect, anyone(get_healthz)},
      {"GET", "/readyz", Lane::kQuick, anyone(get_readyz)},
  };
  return kRoutes;
}

}  // namespace gatehouse::http
