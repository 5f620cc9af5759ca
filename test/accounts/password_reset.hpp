// What the tests of a password reset have in common.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "accounts/authentication.hpp"
#include "accounts/password_reset.hpp"
#include "test/support/house.hpp"

namespace gatehouse::accounts {

using test::House;
using test::Member;

inline constexpr const char* kNew = "a brand new password";

class PasswordResetTest : public testing::Test {
 protected:
  ChallengeId start(const std::string& identifier) {
    return start_reset(house.ports(), identifier, house.origin).value();
  }
  Result<Enforcement, Refusal> finish(Ports& ports, ChallengeId challenge, const std::string& code,
                                      const std::string& fresh = kNew) {
    return finish_reset(ports, challenge, {.code = code, .fresh = Secret(fresh)}, house.origin);
  }
  // "ok", or the code of the refusal.
  std::string outcome(ChallengeId challenge, const std::string& code, const std::string& fresh = kNew) {
    const auto out = finish(house.ports(), challenge, code, fresh);
    return out ? "ok" : std::string(accounts::code(out.error().error));
  }
  // Both steps at once.
  std::string reset(const std::string& username, const std::string& email) {
    const ChallengeId challenge = start(username);
    return outcome(challenge, house.code_for(email));
  }
  static std::string wrong(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
  bool logs_in(const std::string& password) { return house.try_sign_in("alice", password).has_value(); }
  bool lets_in(const Secret& access_token) {
    return authenticate(house.ports(), access_token.expose(), house.origin).has_value();
  }
  std::size_t codes_sent() {
    std::vector<Mail> mails = house.mails_like("reset_password");
    std::erase_if(mails, [](const Mail& mail) { return mail.to.empty(); });
    return mails.size();
  }

  House house;
  Member alice = house.member("alice");
};

}  // namespace gatehouse::accounts
