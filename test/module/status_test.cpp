#include "module/status.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gatehouse::gate {
namespace {

TEST(Status, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  constexpr int kCount = static_cast<int>(Status::kInternalError) + 1;
  for (int i = 0; i < kCount; ++i) {
    const std::string_view word = name({static_cast<Status>(i)});
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), word.npos) << word;
    names.insert(word);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCount));
}

TEST(Status, OfABadTokenIsNamedAfterWhatIsWrongWithIt) {
  EXPECT_EQ(name({Status::kBadToken, jose::Error::kExpired}), "expired");
  EXPECT_EQ(http_status(Status::kBadToken), 401);
}

// They stand in JSON and in a quoted string as they are.
TEST(Status, DescriptionsNeedNoEscaping) {
  for (int i = 0; i <= static_cast<int>(Status::kInternalError); ++i)
    EXPECT_EQ(description({static_cast<Status>(i)}).find_first_of("\"\\"), std::string_view::npos);
}

}  // namespace
}  // namespace gatehouse::gate
