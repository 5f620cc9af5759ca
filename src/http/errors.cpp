#include "http/errors.hpp"

namespace gatehouse::http {
namespace {

using accounts::Error;

struct Row {
  int status;
  const char* detail;
};

// The one place where a refusal meets an HTTP status.
Row row_of(Error error) {
  switch (error) {
    case Error::kInvalidInput:
      return {422, "members of the body are wrong"};
    case Error::kUsernameTaken:
      return {409, "this username is taken"};
    case Error::kEmailTaken:
      return {409, "another account has confirmed this email address"};
    case Error::kInvalidCredentials:
      return {401, "the account or the password is wrong"};
    case Error::kWrongPassword:
      return {403, "the current password is wrong"};
    case Error::kTooManyAttempts:
      return {429, "the current password was wrong too often; come again later"};
    case Error::kEmailUnverified:
      return {403, "confirm the email address first; the code is in the mail"};
    case Error::kDeviceBlocked:
      return {403, "this device is blocked"};
    case Error::kUserBlocked:
      return {403, "this account is blocked"};
    case Error::kAddressBlocked:
      return {403, "requests from this address are blocked"};
    case Error::kUnauthenticated:
      return {401, "a valid access token is required"};
    case Error::kInvalidCode:
      return {422, "this is not the code that was sent"};
    case Error::kChallengeExpired:
      return {410, "the code has expired"};
    case Error::kTooManyTries:
      return {410, "there were too many wrong codes; this challenge is over"};
    case Error::kChallengeUsed:
      return {410, "this challenge is done; there is nothing left to confirm"};
    case Error::kTooSoon:
      return {429, "the last mail was sent only just now; give it a moment"};
    case Error::kTooManyMails:
      return {429, "this address has had as many mails as it may have in a day"};
    case Error::kBlockedByAdmin:
      return {403, "an administrator has set this block"};
    case Error::kNotFound:
      return {404, "there is no such thing"};
    case Error::kRefreshInvalid:
      return {401, "this is no valid refresh token"};
    case Error::kRefreshReused:
      return {401, "this refresh token was used before; its session was ended for safety"};
    case Error::kSessionEnded:
      return {401, "the session is over; log in again"};
    case Error::kBusy:
      return {503, "too many requests at this moment"};
  }
  return {500, "the server failed"};
}

// What is wrong with an access token comes as a word.
std::string detail_of(const accounts::Refusal& refusal, const char* usual) {
  if (refusal.detail.empty()) return usual;
  if (refusal.error == Error::kUnauthenticated) return "this access token is not accepted: " + refusal.detail;
  return refusal.detail;
}

// RFC 6750 section 3: that the token was refused is said only if there was one.
std::string challenge(const accounts::Refusal& refusal) {
  constexpr const char* kRealm = R"(Bearer realm="gatehouse")";
  if (refusal.error != Error::kUnauthenticated || refusal.detail.empty()) return kRealm;
  return std::string(kRealm) + R"(, error="invalid_token")";
}

}  // namespace

Problem problem_of(const accounts::Refusal& refusal) {
  const Row row = row_of(refusal.error);
  Problem problem{row.status, std::string(code(refusal.error)), detail_of(refusal, row.detail)};
  for (const accounts::Fault& fault : refusal.faults)
    problem.members.push_back({fault.member, fault.code, fault.detail});
  if (row.status == 401) problem.headers.add("WWW-Authenticate", challenge(refusal));
  if (refusal.retry_after) problem.headers.add("Retry-After", std::to_string(refusal.retry_after->count()));
  return problem;
}

Problem invalid_input(std::vector<Problem::Member> members) {
  Problem problem = problem_of({.error = Error::kInvalidInput});
  problem.members = std::move(members);
  return problem;
}

Problem unavailable() {
  return {503,
          "unavailable",
          "the database cannot be asked at this moment; try again",
          {},
          {{"Retry-After", "1"}}};
}

Problem busy() {
  return problem_of(accounts::busy().error());
}

}  // namespace gatehouse::http
