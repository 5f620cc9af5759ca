#include "module/status.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::size_t kStatuses = static_cast<std::size_t>(Status::kInternalError) + 1;

struct Row {
  int http_status;
  std::string_view name;
  std::string_view description;
};

Row row(Status status) {
  switch (status) {
    case Status::kOk:
      return {200, "ok", "The token is valid"};
    case Status::kAnonymous:
      return {200, "anonymous", "No token was sent, and none is needed"};
    case Status::kStaleAllowed:
      return {200, "stale_allowed", "The token is valid; the blocks cannot be known at present"};
    case Status::kNoToken:
      return {401, "no_token", "This resource needs an access token"};
    case Status::kMalformedAuthorization:
      return {400, "malformed_authorization", "The Authorization header is malformed"};
    case Status::kAmbiguousToken:
      return {400, "ambiguous_token", "The request carries more than one access token"};
    case Status::kBadToken:
      return {401, "bad_token", "The access token is invalid"};
    case Status::kDeviceBlocked:
      return {403, "device_blocked", "This device is blocked"};
    case Status::kSessionBlocked:
      return {403, "session_blocked", "This session has ended"};
    case Status::kUserBlocked:
      return {403, "user_blocked", "This user is blocked or must log in again"};
    case Status::kTokenBlocked:
      return {403, "token_blocked", "This access token is revoked"};
    case Status::kIpBlocked:
      return {403, "ip_blocked", "Requests from this address are blocked"};
    case Status::kCrossSite:
      return {403, "cross_site", "The request may come from another site"};
    case Status::kNotAllowed:
      return {403, "not_allowed", "This is not allowed with this access token"};
    case Status::kLoginRequired:
      return {401, "login_required", "This resource needs another login"};
    case Status::kBlockPending:
      return {503, "block_pending", "A block is being read; try again"};
    case Status::kStale:
      return {503, "stale", "The blocks cannot be known at present; try again"};
    case Status::kZoneFull:
      return {503, "zone_full", "The blocks do not fit into the gate's memory"};
    case Status::kNoKeys:
      return {503, "no_keys", "The keys of an issuer are not known yet; try again"};
    case Status::kUnsafeHeader:
      return {500, "unsafe_header", "An identity header cannot be set"};
    case Status::kInternalError:
      return {500, "internal_error", "The gate failed"};
  }
  return {500, "internal_error", "The gate failed"};
}

}  // namespace

std::size_t index_of(const Verdict& verdict) {
  return verdict.error ? kStatuses + static_cast<std::size_t>(*verdict.error)
                       : static_cast<std::size_t>(verdict.status);
}

Verdict verdict_at(std::size_t index) {
  if (index < kStatuses) return {static_cast<Status>(index)};
  return {Status::kBadToken, static_cast<jose::Error>(index - kStatuses)};
}

std::string_view name(const Verdict& verdict) {
  return verdict.error ? jose::name(*verdict.error) : row(verdict.status).name;
}

std::string_view description(const Verdict& verdict) {
  if (verdict.error == jose::Error::kExpired) return "The access token has expired";
  return row(verdict.status).description;
}

int http_status(Status status) {
  return row(status).http_status;
}

}  // namespace gatehouse::gate
