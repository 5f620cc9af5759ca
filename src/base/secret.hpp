// Bytes that must not leak: wiped when destroyed, neither printable nor comparable by accident.
//
//   Secret key = derive(...);
//   hmac_sha256(key.expose(), message);
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  explicit Secret(std::size_t size) : bytes_(size, '\0') {}
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      bytes_ = other.bytes_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::move(other.bytes_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  // The one way to the bytes, easy to find by its name.
  std::string_view expose() const noexcept { return bytes_; }
  char* data() noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  bool operator==(const Secret&) const = delete;

 private:
  void wipe() noexcept;

  std::string bytes_;
};

}  // namespace gatehouse
