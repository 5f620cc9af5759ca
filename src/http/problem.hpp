// The body of every answer that is not a success: application/problem+json (RFC 9457) with a stable `code`.
#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

namespace gatehouse::http {

struct Problem {
  // What is wrong with one member of a body.
  struct Member {
    std::string name;
    std::string code;
    std::string detail;
  };

  int status;
  std::string code;    // snake_case, stable
  std::string detail;  // for people
  std::vector<Member> members{};
  Headers headers{};  // that this answer has beside the usual ones
};

// `request_id` is left out where there is none: in answers to what was never a request.
Response answer(const Problem& problem, const std::string& request_id = {});

}  // namespace gatehouse::http
