#include "module/replica.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::gate {
namespace {

using Standing = BlockTable::Standing;
using Reading = Replica::Reading;
using Kind = Replica::Task::Kind;
using Trust = Replica::Trust;

const std::string kRunId = "run-1";
const std::string kDevice = "gatehouse:block:device:d";
const std::string kUser = "gatehouse:block:user:u";

Reading present(const std::string& key, std::int64_t pttl = Reading::kNoExpiry) {
  return {.key = key, .value = "reason", .pttl = pttl};
}
Reading gone(const std::string& key) {
  return {.key = key, .value = std::nullopt, .pttl = Reading::kGone};
}

class ReplicaTest : public testing::Test {
 protected:
  static constexpr std::size_t kSize = Shared::kMinSize;

  Standing standing(const std::string& key, Monotonic now = 0) { return find(key, now).standing; }
  BlockTable::Found find(const std::string& key, Monotonic now = 0) {
    return shared_.blocks().find(shared_.key_of(key.substr(std::string("gatehouse:block:").size())), now);
  }

  void push(const std::string& key) { replica_.pushed(std::vector<std::string>{key}); }
  // Sees the sync that is under way through: ready is as given before and after, and the scan finds
  // `readings`.
  void sync(const std::vector<Reading>& readings, const std::optional<std::string>& before,
            const std::optional<std::string>& after) {
    ASSERT_EQ(replica_.next().kind, Kind::kReadReady);
    replica_.ready_read(before);
    const Replica::Task scan = replica_.next();
    ASSERT_EQ(scan.kind, Kind::kScan);
    ASSERT_EQ(scan.cursor, "0");
    replica_.scanned("0", readings, 0);
    ASSERT_EQ(replica_.next().kind, Kind::kReadReady);
    replica_.ready_read(after);
    while (replica_.next().kind == Kind::kSweep) replica_.sweep();
  }
  void sync(const std::vector<Reading>& readings, const std::string& ready = kReady) {
    sync(readings, ready, ready);
  }
  void hold(const std::vector<Reading>& readings = {}) {
    replica_.connected(kRunId);
    sync(readings);
    ASSERT_EQ(replica_.trust(), Trust::kHeld);
  }
  // The one key that is to be read again.
  void expect_reread_of(const std::string& key) {
    const Replica::Task task = replica_.next();
    ASSERT_EQ(task.kind, Kind::kReread);
    EXPECT_EQ(task.keys, std::vector<std::string>{key});
  }

  static inline const std::string kReady = "run-1 5";

  std::unique_ptr<unsigned char[]> memory_ = std::make_unique<unsigned char[]>(kSize + 4096);
  Shared& shared_ = *Shared::lay_out(
      reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(memory_.get()) + 4095) / 4096 * 4096), kSize,
      {}, system_random());
  Replica replica_{shared_};
};

TEST_F(ReplicaTest, ASyncTakesWhatTheScanFinds) {
  EXPECT_FALSE(shared_.complete);
  hold({present(kDevice)});
  EXPECT_TRUE(shared_.complete);
  EXPECT_EQ(shared_.epoch, 5);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
  EXPECT_EQ(standing(kUser), Standing::kAbsent);
}

TEST_F(ReplicaTest, ASyncGoesThroughAllBatches) {
  replica_.connected(kRunId);
  replica_.ready_read(kReady);
  replica_.scanned("17", std::vector{present(kDevice)}, 0);
  const Replica::Task second = replica_.next();
  ASSERT_EQ(second.kind, Kind::kScan);
  EXPECT_EQ(second.cursor, "17");
  replica_.scanned("0", std::vector{present(kUser)}, 0);
  EXPECT_EQ(replica_.next().kind, Kind::kReadReady);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
  EXPECT_EQ(standing(kUser), Standing::kBlocked);
}

TEST_F(ReplicaTest, TheNextSyncSweepsWhatIsGone) {
  hold({present(kDevice), present(kUser)});
  replica_.reconcile();
  sync({present(kUser)});
  EXPECT_EQ(standing(kDevice), Standing::kAbsent);
  EXPECT_EQ(standing(kUser), Standing::kBlocked);
}

// Each is a pair of readings of ready that a sweep must not believe.
TEST_F(ReplicaTest, WithoutAValidReadyASyncOnlyAdds) {
  const std::optional<std::string> missing;
  const std::vector<std::tuple<std::optional<std::string>, std::optional<std::string>, Trust>> cases{
      {missing, missing, Trust::kNotReady},        {"nonsense", "nonsense", Trust::kMalformed},
      {"run-1", "run-1", Trust::kMalformed},       {"run-1 x", "run-1 x", Trust::kMalformed},
      {"run-2 9", "run-2 9", Trust::kOtherServer}, {"run-1 4", "run-1 4", Trust::kOldEpoch},
  };
  hold({present(kDevice)});
  for (const auto& [before, after, trust] : cases) {
    replica_.connected(kRunId);
    sync({present(kUser)}, before, after);
    EXPECT_EQ(standing(kDevice), Standing::kBlocked) << before.value_or("nil");
    EXPECT_EQ(standing(kUser), Standing::kBlocked) << before.value_or("nil");
    EXPECT_EQ(replica_.trust(), trust) << before.value_or("nil");
    EXPECT_EQ(replica_.next().kind, Kind::kNone);
  }
}

TEST_F(ReplicaTest, AReadyThatChangesDuringTheScanStartsTheSyncAgain) {
  hold({present(kDevice)});
  replica_.connected(kRunId);
  sync({}, "run-1 5", "run-1 6");
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
  sync({}, "run-1 6");
  EXPECT_EQ(standing(kDevice), Standing::kAbsent);
  EXPECT_EQ(replica_.trust(), Trust::kHeld);
}

TEST_F(ReplicaTest, APushBlocksAtOnceAndTheReadingSettlesIt) {
  hold();
  push(kDevice);
  EXPECT_EQ(standing(kDevice), Standing::kProvisional);
  expect_reread_of(kDevice);
  replica_.reread(present(kDevice), kReady, 0);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
  push(kDevice);
  EXPECT_EQ(standing(kDevice), Standing::kProvisional);
  expect_reread_of(kDevice);
  replica_.reread(gone(kDevice), kReady, 0);
  EXPECT_EQ(standing(kDevice), Standing::kAbsent);
  EXPECT_EQ(replica_.next().kind, Kind::kNone);
}

TEST_F(ReplicaTest, AKeyIsReadAgainOnceHoweverOftenItWasPushed) {
  hold();
  push(kDevice);
  push(kDevice);
  expect_reread_of(kDevice);
  EXPECT_EQ(replica_.next().kind, Kind::kNone);
  push(kDevice);
  expect_reread_of(kDevice);
}

TEST_F(ReplicaTest, AMissingKeyIsNotBelievedWithoutAValidReady) {
  hold();
  for (const std::optional<std::string>& ready :
       {std::optional<std::string>(), std::optional<std::string>("run-2 9"),
        std::optional<std::string>("run-1 4")}) {
    push(kDevice);
    expect_reread_of(kDevice);
    replica_.reread(gone(kDevice), ready, 0);
    EXPECT_EQ(standing(kDevice), Standing::kProvisional);
  }
  replica_.reconcile();
  sync({});
  EXPECT_EQ(standing(kDevice), Standing::kAbsent) << "a whole sync settles it";
}

TEST_F(ReplicaTest, AKeyOfAnotherTypeBlocks) {
  hold();
  push(kUser);
  replica_.next();
  replica_.reread({.key = kUser, .value = std::nullopt, .pttl = Reading::kNoExpiry}, kReady, 0);
  EXPECT_EQ(standing(kUser), Standing::kBlocked);
  EXPECT_EQ(find(kUser).before, 0);
}

TEST_F(ReplicaTest, AUserMayBeBlockedUpToAMoment) {
  hold({{.key = kUser, .value = "before=1700000000", .pttl = Reading::kNoExpiry}});
  EXPECT_EQ(find(kUser).before, 1700000000);
  for (const char* value : {"before=", "before=x", "before=-1", "before=1700000000 ", "lost"}) {
    push(kUser);
    replica_.next();
    replica_.reread({.key = kUser, .value = value, .pttl = Reading::kNoExpiry}, kReady, 0);
    EXPECT_EQ(standing(kUser), Standing::kBlocked) << value;
    EXPECT_EQ(find(kUser).before, 0) << value;
  }
}

TEST_F(ReplicaTest, OnlyUsersAreBlockedUpToAMoment) {
  hold({{.key = kDevice, .value = "before=1700000000", .pttl = Reading::kNoExpiry}});
  EXPECT_EQ(find(kDevice).before, 0);
  EXPECT_FALSE(Replica::needs_value(kDevice));
  EXPECT_FALSE(Replica::needs_value("gatehouse:block:users:u"));
  EXPECT_TRUE(Replica::needs_value(kUser));
}

TEST_F(ReplicaTest, ABlockEndsByItselfAndNeverEarly) {
  replica_.connected(kRunId);
  replica_.ready_read(kReady);
  replica_.scanned("0", std::vector{present(kDevice, 100)}, 1000);
  EXPECT_EQ(standing(kDevice, 1100), Standing::kBlocked);
  EXPECT_EQ(standing(kDevice, 1101), Standing::kAbsent);
}

TEST_F(ReplicaTest, AFlushKeepsEverythingAndStartsASync) {
  hold({present(kDevice)});
  replica_.flushed();
  EXPECT_EQ(replica_.trust(), Trust::kSynchronizing);
  sync({}, std::nullopt, std::nullopt);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
  push("gatehouse:ready");
  sync({}, "run-1 6");
  EXPECT_EQ(standing(kDevice), Standing::kAbsent);
}

TEST_F(ReplicaTest, APushOfReadyInTheMiddleOfASyncStartsItAgain) {
  hold({present(kDevice)});
  replica_.reconcile();
  replica_.ready_read(kReady);
  push("gatehouse:ready");
  EXPECT_EQ(replica_.next().kind, Kind::kReadReady);
  replica_.ready_read(kReady);
  EXPECT_EQ(replica_.next().cursor, "0");
}

TEST_F(ReplicaTest, APushDuringTheScanOutlivesTheSweep) {
  hold();
  replica_.reconcile();
  replica_.ready_read(kReady);
  push(kDevice);
  expect_reread_of(kDevice);
  replica_.reread(present(kDevice), kReady, 0);
  replica_.scanned("0", {}, 0);
  replica_.ready_read(kReady);
  while (replica_.next().kind == Kind::kSweep) replica_.sweep();
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
}

TEST_F(ReplicaTest, AHeartbeatConfirmsASetThatIsHeld) {
  replica_.connected(kRunId);
  replica_.heartbeat_returned(100, kReady);
  EXPECT_EQ(shared_.confirmed_at, 0) << "nothing is complete yet";
  sync({});
  replica_.heartbeat_returned(200, kReady);
  EXPECT_EQ(shared_.confirmed_at, 200);
  replica_.reconcile();
  replica_.heartbeat_returned(300, kReady);
  EXPECT_EQ(shared_.confirmed_at, 300) << "the set is held while it is read again";
}

TEST_F(ReplicaTest, AHeartbeatThatFindsAnotherReadyConfirmsNothing) {
  hold();
  replica_.heartbeat_returned(100, kReady);
  for (const std::optional<std::string>& ready :
       {std::optional<std::string>(), std::optional<std::string>("run-2 9"),
        std::optional<std::string>("run-1 6")}) {
    replica_.heartbeat_returned(200, ready);
    EXPECT_EQ(shared_.confirmed_at, 100);
    EXPECT_NE(replica_.trust(), Trust::kHeld);
  }
  EXPECT_EQ(replica_.next().kind, Kind::kReadReady) << "the last one calls for a sync";
}

TEST_F(ReplicaTest, AKeyIsNotMissingWhileTheServerThrowsKeysAway) {
  hold({present(kDevice)});
  push(kDevice);
  replica_.next();
  replica_.reread(gone(kDevice), kReady, 0, 1);
  EXPECT_EQ(standing(kDevice), Standing::kProvisional);
  replica_.reconcile();
  replica_.ready_read(kReady, 1);
  EXPECT_EQ(replica_.trust(), Trust::kEvicted);
  replica_.scanned("0", {}, 0);
  replica_.ready_read(kReady, 1);
  EXPECT_EQ(replica_.next().kind, Kind::kNone) << "nothing is swept";
  EXPECT_EQ(standing(kDevice), Standing::kProvisional);
  replica_.heartbeat_returned(300, kReady, 1);
  EXPECT_EQ(shared_.confirmed_at, 0);

  push("gatehouse:ready");
  replica_.ready_read("run-1 6", 1);
  replica_.scanned("0", {}, 0);
  replica_.ready_read("run-1 6", 1);
  while (replica_.next().kind == Kind::kSweep) replica_.sweep();
  EXPECT_EQ(replica_.trust(), Trust::kHeld) << "a newer epoch makes the set whole again";
  EXPECT_EQ(standing(kDevice), Standing::kAbsent);
}

TEST_F(ReplicaTest, ASyncDuringWhichKeysAreThrownAwaySweepsNothing) {
  hold({present(kDevice)});
  push("gatehouse:ready");
  replica_.ready_read("run-1 6", 1);
  replica_.scanned("0", {}, 0);
  replica_.ready_read("run-1 6", 2);
  EXPECT_EQ(replica_.trust(), Trust::kEvicted);
  EXPECT_EQ(replica_.next().kind, Kind::kNone);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
}

TEST_F(ReplicaTest, ANewConnectionHasToEarnTrustAgain) {
  hold({present(kDevice)});
  replica_.connected("run-2");
  replica_.heartbeat_returned(100, kReady);
  EXPECT_EQ(shared_.confirmed_at, 0);
  EXPECT_TRUE(shared_.complete) << "the old set still decides";
  sync({}, kReady);
  EXPECT_EQ(replica_.trust(), Trust::kOtherServer);
  EXPECT_EQ(standing(kDevice), Standing::kBlocked);
}

TEST_F(ReplicaTest, ANewerWriterTakesOver) {
  hold();
  Replica newer(shared_);
  newer.connected(kRunId);
  EXPECT_FALSE(replica_.superseded());
  push(kDevice);
  EXPECT_TRUE(replica_.superseded());
  EXPECT_EQ(standing(kDevice), Standing::kAbsent) << "the newer one sees the push itself";
}

class FullReplica : public ReplicaTest {
 protected:
  std::vector<Reading> many(std::size_t count) {
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < count; ++i) readings.push_back(present(kDevice + std::to_string(i)));
    return readings;
  }
  const std::size_t capacity_ = shared_.blocks().capacity();
};

TEST_F(FullReplica, SaysSoUntilASyncFits) {
  replica_.connected(kRunId);
  sync(many(capacity_ + 1));
  EXPECT_TRUE(shared_.overflow);
  EXPECT_FALSE(shared_.complete);
  EXPECT_EQ(replica_.trust(), Trust::kZoneFull);
  replica_.heartbeat_returned(100, kReady);
  EXPECT_EQ(shared_.confirmed_at, 0);
  EXPECT_EQ(replica_.next().kind, Kind::kNone) << "a sync that does not fit is not repeated at once";
  replica_.reconcile();
  sync(many(capacity_));
  EXPECT_FALSE(shared_.overflow);
  EXPECT_TRUE(shared_.complete);
  EXPECT_EQ(replica_.trust(), Trust::kHeld);
}

TEST_F(FullReplica, APushThatDoesNotFitEndsTheTrust) {
  hold(many(capacity_));
  push("gatehouse:block:device:one-too-many");
  EXPECT_TRUE(shared_.overflow);
  EXPECT_EQ(replica_.trust(), Trust::kZoneFull);
}

TEST_F(FullReplica, WhatDidNotFitIsReadAgainOnceTheSweepHasMadeRoom) {
  hold(many(capacity_));
  replica_.reconcile();
  std::vector<Reading> others{present("gatehouse:block:token:t")};
  sync(others);
  EXPECT_TRUE(shared_.overflow);
  sync(others);
  EXPECT_FALSE(shared_.overflow);
  EXPECT_EQ(standing(others[0].key), Standing::kBlocked);
}

TEST_F(ReplicaTest, TooManyPushesAtOnceAreSettledByASync) {
  hold();
  std::vector<std::string> keys;
  for (int i = 0; i <= 64 * 1024; ++i) keys.push_back("gatehouse:block:device:" + std::to_string(i));
  replica_.pushed(keys);
  EXPECT_EQ(replica_.next().kind, Kind::kReadReady);
}

}  // namespace
}  // namespace gatehouse::gate
