// What the daemon reads of its clients: opaque tokens and JSON bodies.
#include "accounts/device_token.hpp"
#include "accounts/refresh_token.hpp"
#include "http/body.hpp"
#include "json/document.hpp"
#include "test/fuzz/harness.hpp"

namespace gatehouse {
namespace {

const accounts::Secrets& secrets() {
  static const accounts::Secrets secrets{Secret(std::string(32, 'm'))};
  return secrets;
}

}  // namespace

FUZZ(refresh_token) {
  const std::string salt(accounts::kRefreshSaltSize, 's');
  const auto token = accounts::read_refresh_token(input);
  if (accounts::is_authentic(input, salt, secrets()))
    CHECK_HOLDS(token && accounts::make_refresh_token(*token, salt, secrets()).expose() == input);
}

FUZZ(device_token) {
  if (const auto browser = accounts::read_device_token(input, secrets()))
    CHECK_HOLDS(accounts::make_device_token(*browser, secrets()).expose() == input);
}

FUZZ(json) {
  json::Parser parser;
  const auto value = parser.parse(input);
  if (!value) return;
  const std::string text = value->text();
  json::Parser second;
  const auto again = second.parse(text, {.bytes = text.size() + 1, .depth = 16});
  CHECK_HOLDS(again && again->text() == text);
}

FUZZ(body) {
  auto body = http::Body::open({.method = "POST",
                                .target = "/",
                                .version = "HTTP/1.1",
                                .headers = {{"Content-Type", "application/json"}},
                                .body = std::string(input),
                                .peer = {}});
  if (!body) return;
  body->text("username");
  const Secret password = body->secret("password");
  body->repetition("password2", password);
  body->optional_text("device_name");
  if (const auto problem = body->problem()) CHECK_HOLDS(problem->status == 422);
}

}  // namespace gatehouse
