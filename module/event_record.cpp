#include "module/event_record.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "module/event_ring.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::size_t kTexts = 9;

struct Fixed {
  std::int64_t at;
  std::uint16_t verdict;
  std::uint16_t enforced;
  std::array<std::uint16_t, kTexts> sizes;  // of the texts that follow
};
constexpr std::size_t kRoom = EventRing::kMaxRecordSize - sizeof(Fixed);

// In their order; the last two share what the others leave.
template <typename Event>
auto texts_of(Event& event) {
  return std::array{&event.request_id, &event.ip,     &event.user, &event.session,   &event.device,
                    &event.token_id,   &event.method, &event.path, &event.user_agent};
}

// A sub has at most 255 characters (OpenID Connect Core, section 2).
constexpr std::array<std::size_t, kTexts - 2> kLimits{64, 64, 255, 128, 128, 128, 16};

}  // namespace

std::string encode(const GateEvent& event) {
  GateEvent cut = event;
  const auto texts = texts_of(cut);
  std::size_t room = kRoom;
  for (std::size_t i = 0; i < kLimits.size(); ++i) {
    *texts[i] = texts[i]->substr(0, kLimits[i]);
    room -= texts[i]->size();
  }
  cut.path = cut.path.substr(0, room - std::min(cut.user_agent.size(), room / 2));
  cut.user_agent = cut.user_agent.substr(0, room - cut.path.size());

  Fixed fixed{.at = event.at,
              .verdict = static_cast<std::uint16_t>(index_of(event.verdict)),
              .enforced = event.enforced,
              .sizes = {}};
  for (std::size_t i = 0; i < kTexts; ++i) fixed.sizes[i] = static_cast<std::uint16_t>(texts[i]->size());
  std::string record(sizeof fixed, '\0');
  record.reserve(EventRing::kMaxRecordSize);
  std::memcpy(record.data(), &fixed, sizeof fixed);
  for (const std::string_view* text : texts) record.append(*text);
  return record;
}

std::optional<GateEvent> decode(std::string_view record) {
  Fixed fixed;
  if (record.size() < sizeof fixed) return std::nullopt;
  std::memcpy(&fixed, record.data(), sizeof fixed);
  if (fixed.verdict >= kVerdicts) return std::nullopt;
  GateEvent event{.at = fixed.at, .verdict = verdict_at(fixed.verdict), .enforced = fixed.enforced != 0};
  std::string_view rest = record.substr(sizeof fixed);
  const auto texts = texts_of(event);
  for (std::size_t i = 0; i < kTexts; ++i) {
    if (fixed.sizes[i] > rest.size()) return std::nullopt;
    *texts[i] = rest.substr(0, fixed.sizes[i]);
    rest.remove_prefix(fixed.sizes[i]);
  }
  if (!rest.empty()) return std::nullopt;
  return event;
}

}  // namespace gatehouse::gate
