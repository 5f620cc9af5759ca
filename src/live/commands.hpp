// The commands on block keys that both the use cases and the keeper send.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "accounts/block.hpp"
#include "base/time.hpp"

namespace gatehouse::live {

// SET, with the time after which Redis forgets the key; `only_if_absent` leaves an administrator's value
// alone.
inline std::vector<std::string> set_command(const accounts::BlockKey& key, const std::string& value,
                                            std::optional<Duration> life, bool only_if_absent = false) {
  std::vector<std::string> words{"SET", key.redis_key(), value};
  if (life) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*life).count();
    words.insert(words.end(), {"PX", std::to_string(std::max<std::int64_t>(milliseconds, 1))});
  }
  if (only_if_absent) words.emplace_back("NX");
  return words;
}

// Deletes the key if it has this value; a key of another type than string has the empty one.
inline std::vector<std::string> delete_command(const accounts::BlockKey& key, const std::string& value) {
  constexpr const char* kDeleteIfEqual =
      "local value = redis.pcall('GET', KEYS[1]) if type(value) == 'table' then value = '' end "
      "if value == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
  return {"EVAL", kDeleteIfEqual, "1", key.redis_key(), value};
}

}  // namespace gatehouse::live
