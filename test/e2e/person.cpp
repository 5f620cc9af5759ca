#include "test/e2e/person.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

using nlohmann::json;

std::string new_name() {
  static std::atomic<int> count{0};
  return "p" + std::to_string(getpid()) + "x" + std::to_string(++count);
}

void require(const HttpResponse& response, long status, const std::string& what) {
  if (response.status != status)
    throw std::runtime_error(what + ": " + std::to_string(response.status) + " " + response.error +
                             response.body);
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Ids of outbox rows are UUIDv7, so the newest mail has the greatest name.
std::string newest_mail_to(const std::string& folder, const std::string& address) {
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".eml" || entry.path() < newest) continue;
    if (read_file(entry.path()).find("To: " + address) != std::string::npos) newest = entry.path();
  }
  return newest.empty() ? "" : read_file(newest);
}

}  // namespace

std::string member(const std::string& text, const std::string& name) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) return "";
  return object[name];
}

Person::Person(const Stack& stack) : stack_(stack), username_(new_name()) {}

HttpResponse Person::try_register() const {
  const json body{{"username", username_}, {"email", email()}, {"password", password_}};
  return json_request("POST", stack_.api("/accounts"), body.dump()).send();
}

HttpResponse Person::try_verify(const std::string& challenge_id, const std::string& code) const {
  return json_request("POST", stack_.api("/challenges/" + challenge_id + "/verify"),
                      json{{"code", code}}.dump())
      .send();
}

HttpResponse Person::try_log_in(const std::string& device_token) const {
  HttpRequest request = json_request("POST", stack_.api("/sessions"),
                                     json{{"username", username_}, {"password", password_}}.dump());
  if (!device_token.empty()) request.headers.push_back("X-Device-Token: " + device_token);
  return request.send();
}

// The newest one, its long lines put together again.
std::string Person::mail() const {
  std::string mail;
  if (!wait_until([&] { return !(mail = newest_mail_to(stack_.mail_dir(), email())).empty(); }))
    throw std::runtime_error("no mail to " + email());
  return std::regex_replace(mail, std::regex("=\r\n"), "");
}

std::string Person::mailed_code() const {
  const std::string text = mail();
  std::smatch code;
  if (!std::regex_search(text, code, std::regex("(?:^|\n)([0-9]{6})\r?\n")))
    throw std::runtime_error("no code in: " + text);
  return code[1];
}

std::string Person::mailed_link() const {
  const std::string text = mail();
  std::smatch link;
  if (!std::regex_search(text, link, std::regex("\n(http[^\r\n]*/verify-email/[^\r\n]*)\r\n")))
    throw std::runtime_error("no link in: " + text);
  return link[1];
}

void Person::become_verified() const {
  const HttpResponse registered = try_register();
  require(registered, 202, "register");
  require(try_verify(member(registered.body, "challenge_id"), mailed_code()), 200, "verify");
}

Login Person::log_in(const std::string& device_token) const {
  const HttpResponse response = try_log_in(device_token);
  require(response, 201, "log in");
  return {.access_token = member(response.body, "access_token"),
          .refresh_token = member(response.body, "refresh_token"),
          .session_id = member(response.body, "session_id"),
          .device_id = member(response.body, "device_id"),
          .device_token = member(response.body, "device_token")};
}

long status_of_app(const Stack& stack, const Login& login) {
  return HttpRequest{.url = stack.url("/app/"), .headers = {login.bearer()}}.send().status;
}

}  // namespace gatehouse::test
