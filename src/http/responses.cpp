#include "http/responses.hpp"

namespace gatehouse::http {

Response json_response(int status, const std::string& text) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = text + "\n"};
}

Response no_content() {
  return {.status = 204, .headers = {{"Cache-Control", "no-store"}}, .body = {}};
}

Response enforced(accounts::Enforcement enforcement) {
  if (enforcement == accounts::Enforcement::kActive) return no_content();
  return json_response(202, R"({"enforcement":"pending"})");
}

}  // namespace gatehouse::http
