// The cookies of a browser app, whose scripts never see a token: how they are set, cleared and read.
//
//   const Cookies cookies(/*secure=*/true);
//   response.headers.add("Set-Cookie", cookies.set(TokenCookie::kAccess, token, std::chrono::minutes(5)));
//   std::optional<std::string_view> token = cookies.read(TokenCookie::kAccess, request.headers);
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace gatehouse::http {

enum class TokenCookie {
  kAccess,   // goes to every path of the host, and so to the gate
  kRefresh,  // to /auth/v1/tokens alone
  kDevice,   // to every path; outlives sessions
};

// How long a browser is asked to keep the device cookie; browsers cut it to this.
inline constexpr std::chrono::days kDeviceCookieLife{400};

class Cookies {
 public:
  // Without `secure` the names have no prefix and the cookies no Secure: for plain http on loopback.
  explicit Cookies(bool secure = true) : secure_(secure) {}

  // The value of a Set-Cookie header.
  std::string set(TokenCookie which, const Secret& token, std::chrono::seconds life) const;
  std::string clear(TokenCookie which) const;
  // Adds what clears the access and the refresh token.
  void clear_tokens(Headers& headers) const;

  // The value, if the cookie is there exactly once: which of two is meant, programs disagree.
  std::optional<std::string_view> read(TokenCookie which, const Headers& headers) const;

  std::string name(TokenCookie which) const;

 private:
  std::string header(TokenCookie which, std::string_view value, std::chrono::seconds life) const;

  bool secure_;
};

}  // namespace gatehouse::http
