#include "ctl/words.hpp"

#include <array>
#include <utility>

namespace gatehouse::ctl {
namespace {

// Those that an operator meets, with what to do.
std::string sentence(accounts::Error error) {
  switch (error) {
    case accounts::Error::kUsernameTaken:
      return "another account has this username; choose another, or look at it with: gatehousectl users list";
    case accounts::Error::kEmailTaken:
      return "another account has confirmed this email address; see: gatehousectl users list --search "
             "ADDRESS";
    case accounts::Error::kNotFound:
      return "there is no such thing";
    case accounts::Error::kBusy:
      return "too many hashes at this moment; try again";
    default:
      return "refused: " + std::string(code(error));
  }
}

}  // namespace

std::string moment(Time time) {
  std::string text = rfc3339(time);
  text[10] = ' ';
  return text.substr(0, 19) + 'Z';
}

std::string moment(const std::optional<Time>& time) {
  return time ? moment(*time) : std::string();
}

std::string span(std::chrono::seconds duration) {
  static constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{
      {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
  std::int64_t left = duration.count() < 0 ? -duration.count() : duration.count();
  std::string text;
  int parts = 0;
  for (const auto& [unit, seconds] : kUnits) {
    const std::int64_t count = left / seconds;
    left %= seconds;
    if (count == 0 && (parts > 0 || unit != 's')) {
      if (parts > 0) break;
      continue;
    }
    text += (parts > 0 ? " " : "") + std::to_string(count) + unit;
    if (++parts == 2) break;
  }
  return text;
}

std::string distance(Time time, Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time - now);
  if (seconds.count() == 0) return "now";
  return seconds.count() > 0 ? "in " + span(seconds) : span(seconds) + " ago";
}

std::string words(const accounts::Refusal& refusal) {
  if (refusal.faults.empty()) return sentence(refusal.error);
  std::string text;
  for (const accounts::Fault& fault : refusal.faults)
    text.append(text.empty() ? "" : "\n").append(fault.member).append(": ").append(fault.detail);
  return text;
}

}  // namespace gatehouse::ctl
