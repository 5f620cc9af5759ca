// docs/settings.md says of every setting what the table in the code says.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "settings/keys.hpp"

namespace gatehouse::settings {
namespace {

std::string row_of(const Key& key) {
  const std::string standard = key.standard == nullptr ? "required"
                               : *key.standard == '\0' ? "none"
                                                       : "`" + std::string(key.standard) + "`";
  return "| `" + key.path() + "` | " + std::string(key.form) + " | " + standard + " | " +
         std::string(key.meaning) + " |";
}

TEST(SettingsDocument, HasOneRowForEachKeyAndNoOther) {
  std::ifstream document("docs/settings.md");
  ASSERT_TRUE(document) << "run the tests from the project's root";
  std::multiset<std::string> documented;
  for (std::string line; std::getline(document, line);)
    if (line.starts_with("| `")) documented.insert(line);
  std::multiset<std::string> known;
  for (const Key& key : keys()) known.insert(row_of(key));
  for (const std::string& row : known) EXPECT_EQ(documented.count(row), 1U) << "missing: " << row;
  for (const std::string& row : documented) EXPECT_EQ(known.count(row), 1U) << "stale: " << row;
}

TEST(SettingsKeys, HaveADefaultThatIsAValue) {
  for (const Key& key : keys()) {
    if (key.standard == nullptr) continue;
    Settings settings{};
    const auto applied = key.apply(settings, {.value = key.standard, .as_text = true});
    EXPECT_TRUE(applied) << key.path() << " " << applied.error();
  }
}

}  // namespace
}  // namespace gatehouse::settings
