// Somebody with an account, as the tests of the whole system see them: everything goes through nginx.
#pragma once

#include <string>
#include <vector>

#include "test/support/http_client.hpp"
#include "test/support/stack.hpp"

namespace gatehouse::test {

struct Login {
  std::string access_token;
  std::string refresh_token{};
  std::string session_id{};
  std::string device_id{};
  std::string device_token{};

  std::string bearer() const { return "Authorization: Bearer " + access_token; }
};

class Person {
 public:
  // A new name each time.
  explicit Person(const Stack& stack);

  const std::string& username() const { return username_; }
  std::string email() const { return username_ + "@example.com"; }
  const std::string& password() const { return password_; }

  HttpResponse try_register() const;
  HttpResponse try_verify(const std::string& challenge_id, const std::string& code) const;
  HttpResponse try_log_in(const std::string& device_token = "") const;

  // The code of the newest mail to this person; waits for the mail.
  std::string mailed_code() const;
  // And its link.
  std::string mailed_link() const;
  // Registers and verifies; throws if either is refused.
  void become_verified() const;
  Login log_in(const std::string& device_token = "") const;

 private:
  std::string mail() const;

  const Stack& stack_;
  std::string username_;
  std::string password_ = "correct horse battery";
};

// The status of the protected upstream for a token, on a connection of its own.
long status_of_app(const Stack& stack, const Login& login);
// A member of a JSON object, "" if it is not there or no string.
std::string member(const std::string& json, const std::string& name);

}  // namespace gatehouse::test
