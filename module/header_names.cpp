#include "module/header_names.hpp"

#include <algorithm>

#include "module/ascii.hpp"

namespace gatehouse::gate {
namespace {

constexpr char canonical(char c) {
  return is_alphanumeric(c) ? to_lower(c) : '-';
}

std::string_view trim_to_alphanumeric(std::string_view name) {
  while (!name.empty() && !is_alphanumeric(name.front())) name.remove_prefix(1);
  while (!name.empty() && !is_alphanumeric(name.back())) name.remove_suffix(1);
  return name;
}

std::uint64_t size_bit(std::size_t size) {
  return std::uint64_t{1} << std::min<std::size_t>(size, 63);
}

}  // namespace

std::string canonical_header_name(std::string_view name) {
  std::string out(trim_to_alphanumeric(name));
  std::ranges::transform(out, out.begin(), canonical);
  return out;
}

void HeaderNames::add(std::string_view name) {
  std::string added = canonical_header_name(name);
  if (std::ranges::find(names_, added) != names_.end()) return;
  sizes_ |= size_bit(added.size());
  names_.push_back(std::move(added));
}

bool HeaderNames::contains(std::string_view name) const {
  const std::string_view core = trim_to_alphanumeric(name);
  if ((sizes_ & size_bit(core.size())) == 0) return false;
  return std::ranges::any_of(
      names_, [core](const std::string& own) { return std::ranges::equal(own, core, {}, {}, canonical); });
}

std::optional<std::string> HeaderNames::without(std::string_view connection) const {
  std::string kept;
  bool found = false;
  for (std::size_t begin = 0; begin <= connection.size();) {
    const std::size_t end = std::min(connection.find(',', begin), connection.size());
    const std::string_view token = trim_space(connection.substr(begin, end - begin));
    begin = end + 1;
    if (contains(token)) {
      found = true;
    } else if (!token.empty()) {
      if (!kept.empty()) kept.append(", ");
      kept.append(token);
    }
  }
  if (!found) return std::nullopt;
  return kept;
}

}  // namespace gatehouse::gate
