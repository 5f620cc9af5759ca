#include "daemon/key_watch.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "base/atomic_file.hpp"

namespace gatehouse::daemon {
namespace {

constexpr mode_t kPublic = 0644;
constexpr std::chrono::seconds kPause{1};

}  // namespace

KeyWatch::KeyWatch(accounts::Database& database, const accounts::Secrets& secrets,
                   accounts::SigningKeys& keys, std::string jwks_file)
    : database_(database), secrets_(secrets), keys_(keys), jwks_file_(std::move(jwks_file)) {
  publish();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void KeyWatch::run(const std::stop_token& stop) {
  bool told = false;
  while (!stop.stop_requested()) {
    try {
      keys_.reload(database_, secrets_);
      publish();
      told = false;
    } catch (const std::exception& failure) {
      if (!std::exchange(told, true)) spdlog::error("signing keys: {}", failure.what());
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

void KeyWatch::publish() {
  std::string jwks = keys_.jwks() + "\n";
  if (jwks == published_) return;
  write_file_atomically(jwks_file_, jwks, kPublic);
  published_ = std::move(jwks);
  spdlog::info("signing keys: {} in {}", keys_.public_keys().keys().size(), jwks_file_);
}

}  // namespace gatehouse::daemon
