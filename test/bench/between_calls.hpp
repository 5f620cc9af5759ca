// What work costs a server: between the system calls of a request, which use the caches and the branch
// predictor for themselves. A loop that does nothing else is faster than any server can be.
//
//   cpu_between_calls(tokens.size(), [&](std::size_t i) { verify(tokens[i]); });
#pragma once

#include <cstddef>
#include <functional>

namespace gatehouse::bench {

// The CPU time of the calling thread for each round of `work`, in microseconds, less that of the calls: to
// wait for a request on one of many TCP connections, to read it, and to write a reply.
double cpu_between_calls(std::size_t rounds, const std::function<void(std::size_t)>& work);

}  // namespace gatehouse::bench
