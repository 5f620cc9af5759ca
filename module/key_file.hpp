// The file of an issuer's keys, looked at again and again: however it is changed (renamed over, rewritten in
// place, behind a symbolic link), it is read again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace gatehouse::gate {

class KeyFile {
 public:
  explicit KeyFile(std::string path) : path_(std::move(path)) {}

  // Its text, or why it cannot be had; std::nullopt if it is what accept() has seen.
  std::optional<Result<std::string, std::string>> read_if_changed();
  // What was read last is good. Until then, it is read each time.
  void accept();

 private:
  // Device, inode, size, and the times of content and inode.
  using Stamp = std::array<std::int64_t, 7>;

  // std::nullopt: it is not there, or was changed so lately that another change might not show.
  std::optional<Stamp> stamp() const;

  std::string path_;
  std::optional<Stamp> read_at_;
  std::optional<Stamp> accepted_;
};

}  // namespace gatehouse::gate
