#include "module/metrics.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gatehouse::gate {
namespace {

class MetricsTest : public testing::Test {
 protected:
  bool has(const std::string& line) {
    const std::string text = metrics_text(shared_, 5000);
    const bool found = text.find(line + '\n') != std::string::npos;
    EXPECT_TRUE(found || !wants_) << line << '\n' << text;
    return found;
  }

  struct alignas(4096) Memory {
    unsigned char bytes[Shared::kMinSize];
  };
  std::unique_ptr<Memory> memory_ = std::make_unique<Memory>();
  Shared& shared_ = *Shared::lay_out(memory_.get(), sizeof(Memory), {}, system_random());
  bool wants_ = true;
};

TEST_F(MetricsTest, EveryVerdictIsACounterOfItsOwn) {
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    EXPECT_EQ(index_of(verdict_at(i)), i);
    for (std::size_t n = 0; n <= i; ++n) shared_.verdicts.add(i);
  }
  EXPECT_TRUE(has(R"(gatehouse_decisions_total{status="ok",answer="200"} 1)"));
  EXPECT_TRUE(has(R"(gatehouse_decisions_total{status="expired",answer="401"} )" +
                  std::to_string(index_of({Status::kBadToken, jose::Error::kExpired}) + 1)));
}

TEST_F(MetricsTest, AgeAndLagAreToldOnceASetWasComplete) {
  wants_ = false;
  EXPECT_FALSE(has("gatehouse_replica_age_seconds 0.750"));
  shared_.confirmed_at = 4250;
  shared_.lag = 12;
  shared_.complete = true;
  wants_ = true;
  EXPECT_TRUE(has("gatehouse_replica_age_seconds 0.750"));
  EXPECT_TRUE(has("gatehouse_replica_lag_seconds 0.012"));
  EXPECT_TRUE(has("gatehouse_replica_complete 1"));
}

TEST_F(MetricsTest, EachFamilyHasHelpAndTypeBeforeItsSamples) {
  shared_.complete = true;
  const std::string text = metrics_text(shared_, 5000);
  std::string family;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with("# TYPE ")) family = line.substr(7, line.find(' ', 7) - 7);
    if (line.starts_with('#')) continue;
    EXPECT_EQ(line.substr(0, line.find_first_of(" {")), family) << line;
  }
}

TEST(Counters, AddUpOverProcesses) {
  Counters<3> counters;
  counters.add(1);
  counters.add(1);
  counters.add(2);
  EXPECT_EQ(counters.value(0), 0U);
  EXPECT_EQ(counters.value(1), 2U);
  EXPECT_EQ(counters.value(2), 1U);
}

}  // namespace
}  // namespace gatehouse::gate
