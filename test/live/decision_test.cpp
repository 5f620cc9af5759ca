#include "live/decision.hpp"

#include <gtest/gtest.h>

namespace gatehouse::live {
namespace {

using accounts::Block;
using std::chrono::seconds;

constexpr Time kNow = from_unix_seconds(1'800'000'000);
constexpr Completeness kSeeding{};
constexpr Completeness kEpoch5{.epoch = 5};
constexpr Completeness kEvicting{.epoch = 5, .evicted = true};

Block stored(std::optional<std::int64_t> epoch, std::optional<seconds> life = std::nullopt) {
  Block block{.id = accounts::BlockId::generate(kNow, system_random()),
              .key = {accounts::BlockKind::kUser, "42"},
              .value = "lost",
              .source = accounts::BlockSource::kApi,
              .created_at = kNow - seconds(100),
              .published_epoch = epoch};
  if (life) block.ends_at = kNow + *life;
  return block;
}

Block lifted(std::optional<std::int64_t> epoch) {
  Block block = stored(epoch);
  block.lifted_at = kNow - seconds(1);
  return block;
}

LiveBlock live(const std::string& value = "lost", std::optional<seconds> life = std::nullopt) {
  return {.value = value, .life = life};
}

struct Row {
  const char* what;
  std::optional<Block> stored;
  std::optional<LiveBlock> live;
  Completeness set;
  Action action;
};

TEST(Decision, AboutAKeyFollowsTheContract) {
  const std::vector<Row> rows{
      {"nobody knows it", {}, {}, kEpoch5, Action::kNothing},
      {"an admin's SET", {}, live(), kEpoch5, Action::kRecord},
      {"an admin's SET that the seeding finds", {}, live(), kSeeding, Action::kRecord},

      {"both know", stored(5), live(), kEpoch5, Action::kNothing},
      {"both know, since an older epoch", stored(3), live(), kEpoch5, Action::kNothing},
      {"Redis knows, but has not said so", stored({}), live(), kEpoch5, Action::kMark},
      {"both know while seeding", stored(5), live(), kSeeding, Action::kNothing},

      {"an admin's DEL", stored(5), {}, kEpoch5, Action::kLift},
      {"an admin's DEL of what was seeded", stored(3), {}, kEpoch5, Action::kLift},
      {"gone, but never acknowledged", stored({}), {}, kEpoch5, Action::kWrite},
      {"gone, acknowledged in an epoch that is not here yet", stored(6), {}, kEpoch5, Action::kWrite},
      {"gone with a flush or a restart", stored(5), {}, kSeeding, Action::kWrite},
      {"gone, perhaps thrown away", stored(5), {}, kEvicting, Action::kWrite},
      {"gone shortly before its end", stored(5, seconds(1)), {}, kEpoch5, Action::kNothing},
      {"gone well before its end", stored(5, seconds(60)), {}, kEpoch5, Action::kLift},

      {"an admin's other reason", stored(5), live("stolen"), kEpoch5, Action::kReplace},
      {"an admin's EXPIRE", stored(5), live("lost", seconds(60)), kEpoch5, Action::kReplace},
      {"an admin's PERSIST", stored(5, seconds(60)), live(), kEpoch5, Action::kReplace},
      {"the same end, told by two clocks", stored(5, seconds(60)), live("lost", seconds(61)), kEpoch5,
       Action::kNothing},
      {"our new reason, not published yet", stored({}), live("stolen"), kEpoch5, Action::kWrite},
      {"an older value of an old snapshot", stored(5), live("stolen"), kSeeding, Action::kWrite},

      {"lifted here, still there", lifted({}), live(), kEpoch5, Action::kDelete},
      {"lifted here, gone there", lifted({}), {}, kEpoch5, Action::kMark},
      {"lifted, and both know", lifted(5), {}, kEpoch5, Action::kNothing},
      {"lifted, then set again by an admin", lifted(5), live(), kEpoch5, Action::kRecord},
      {"lifted, but an admin has set another", lifted({}), live("stolen"), kEpoch5, Action::kRecord},
      {"lifted, back with an old snapshot", lifted(5), live(), kSeeding, Action::kDelete},
      {"lifted, another found by the seeding", lifted(5), live("stolen"), kSeeding, Action::kRecord},

      {"ended, and goes by itself", stored(5, seconds(0)), live("lost", seconds(1)), kEpoch5,
       Action::kNothing},
      {"ended, and gone", stored(5, seconds(0)), {}, kEpoch5, Action::kNothing},
      {"ended, but an admin made it last", stored(5, seconds(0)), live(), kEpoch5, Action::kRecord},
  };
  for (const Row& row : rows) EXPECT_EQ(decide(row.stored, row.live, row.set, kNow), row.action) << row.what;
}

}  // namespace
}  // namespace gatehouse::live
