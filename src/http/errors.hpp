// The HTTP answer to each refusal of a use case.
#pragma once

#include <vector>

#include "accounts/refusal.hpp"
#include "base/result.hpp"
#include "http/problem.hpp"

namespace gatehouse::http {

Problem problem_of(const accounts::Refusal& refusal);

inline Unexpected<Problem> refuse(const accounts::Refusal& refusal) {
  return Unexpected(problem_of(refusal));
}

// 422 with what is wrong with each member.
Problem invalid_input(std::vector<Problem::Member> members);
// 503: the database cannot be asked at present.
Problem unavailable();
// 503: this server has as much to do as it can take.
Problem busy();

}  // namespace gatehouse::http
