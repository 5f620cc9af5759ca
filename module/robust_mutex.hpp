// A mutex in shared memory that outlives the process that holds it.
//
//   init_robust_mutex(mutex);                        // once, when the memory is laid out
//   const bool owner_died = lock_robust_mutex(mutex);
#pragma once

#include <pthread.h>

namespace gatehouse::gate {

// All throw std::system_error.
void init_robust_mutex(pthread_mutex_t& mutex);
// Whether the one who had it died within: what it guards may be half-written.
bool lock_robust_mutex(pthread_mutex_t& mutex);
// Whether it was free, or its owner dead.
bool try_lock_robust_mutex(pthread_mutex_t& mutex);

}  // namespace gatehouse::gate
