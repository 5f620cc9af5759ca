#include "module/robust_mutex.hpp"

#include <cerrno>
#include <system_error>

namespace gatehouse::gate {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

void init_robust_mutex(pthread_mutex_t& mutex) {
  pthread_mutexattr_t attributes;
  check(pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
  check(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), "pthread_mutexattr_setpshared");
  check(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), "pthread_mutexattr_setrobust");
  check(pthread_mutex_init(&mutex, &attributes), "pthread_mutex_init");
  pthread_mutexattr_destroy(&attributes);
}

bool lock_robust_mutex(pthread_mutex_t& mutex) {
  const int error = pthread_mutex_lock(&mutex);
  if (error != EOWNERDEAD) {
    check(error, "pthread_mutex_lock");
    return false;
  }
  check(pthread_mutex_consistent(&mutex), "pthread_mutex_consistent");
  return true;
}

bool try_lock_robust_mutex(pthread_mutex_t& mutex) {
  const int error = pthread_mutex_trylock(&mutex);
  if (error == EBUSY) return false;
  if (error == EOWNERDEAD) {
    check(pthread_mutex_consistent(&mutex), "pthread_mutex_consistent");
  } else {
    check(error, "pthread_mutex_trylock");
  }
  return true;
}

}  // namespace gatehouse::gate
