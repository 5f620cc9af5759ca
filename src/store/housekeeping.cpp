#include "store/housekeeping.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace gatehouse::store {
namespace {

constexpr std::chrono::hours kPause{1};

}  // namespace

Housekeeper::Housekeeper(PostgresDatabase& database)
    : database_(database), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Housekeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      database_.tidy_up();
    } catch (const std::exception& failure) {
      spdlog::warn("housekeeping: put off for an hour: {}", failure.what());
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace gatehouse::store
