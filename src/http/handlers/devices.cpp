#include <nlohmann/json.hpp>

#include "accounts/device_blocking.hpp"
#include "accounts/device_list.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/json_values.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {
namespace {

nlohmann::ordered_json json_of(const std::optional<accounts::ListedDevice::Blocked>& blocked) {
  if (!blocked) return nullptr;
  return {
      {"reason", blocked->reason}, {"since", rfc3339(blocked->since)}, {"until", or_null(blocked->until)}};
}

nlohmann::ordered_json json_of(const accounts::ListedDevice& listed) {
  const accounts::Device& device = listed.device;
  return {{"id", device.id.str()},
          {"name", or_null(device.name)},
          {"user_agent", or_null(device.user_agent)},
          {"current", listed.current},
          {"blocked", json_of(listed.blocked)},
          {"first_seen_at", rfc3339(device.first_seen_at)},
          {"last_login_at", rfc3339(device.last_login_at)},
          {"last_login_ip", or_null(device.last_ip)},
          {"last_logout_at", or_null(device.last_logout_at)},
          {"login_count", device.login_count}};
}

}  // namespace

Outcome get_devices(const Call& call, const accounts::Principal& principal) {
  nlohmann::ordered_json devices = nlohmann::ordered_json::array();
  for (const accounts::ListedDevice& listed : accounts::list_devices(call.ports(), principal))
    devices.push_back(json_of(listed));
  return json_response(200, nlohmann::ordered_json{{"devices", devices}}.dump());
}

Outcome put_device_block(const Call& call, const accounts::Principal& principal) {
  Result<Body, Problem> body = Body::open_optional(call.request);
  if (!body) return Unexpected(body.error());
  const std::string reason = body->optional_text("reason").value_or("");
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto enforcement =
      accounts::block_device(call.ports(), principal, call.id<accounts::DeviceId>(), reason, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

Outcome delete_device_block(const Call& call, const accounts::Principal& principal) {
  const auto enforcement =
      accounts::unblock_device(call.ports(), principal, call.id<accounts::DeviceId>(), call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

}  // namespace gatehouse::http
