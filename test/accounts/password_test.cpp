#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "accounts/password_hasher.hpp"
#include "accounts/password_rule.hpp"

namespace gatehouse::accounts {
namespace {

std::string fault_of(const std::string& password) {
  const std::optional<Fault> fault = password_fault(Secret(password), "alice-in-chains", "alice@example.org");
  return fault ? fault->code : "";
}

TEST(PasswordRule, CountsCharactersNotBytes) {
  EXPECT_EQ(fault_of("1234567"), "weak_password");
  EXPECT_EQ(fault_of("12345678"), "");
  const std::string letter = "\xC3\xA4";
  std::string seven, eight;
  for (int i = 0; i < 7; ++i) seven += letter;
  eight = seven + letter;
  EXPECT_EQ(fault_of(seven), "weak_password");
  EXPECT_EQ(fault_of(eight), "");
}

TEST(PasswordRule, Takes128CharactersOfAnyKind) {
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += "\xF0\x9F\x98\x80";
  EXPECT_EQ(fault_of(longest), "");
  EXPECT_EQ(fault_of(longest + "x"), "invalid_password");
  EXPECT_EQ(fault_of("   eight   spaces   "), "");
}

TEST(PasswordRule, RefusesWhatIsNotText) {
  EXPECT_EQ(fault_of(std::string("long enough\0but", 15)), "invalid_password");
  EXPECT_EQ(fault_of("long enough \xFF"), "invalid_password");
  EXPECT_EQ(fault_of("long enough \xED\xA0\x80"), "invalid_password");  // a surrogate
}

TEST(PasswordRule, RefusesTheUsernameAndTheAddress) {
  EXPECT_EQ(fault_of("Alice-In-Chains"), "weak_password");
  EXPECT_EQ(fault_of("ALICE@example.org"), "weak_password");
}

constexpr PasswordHasher::Cost kCheap{.memory = 64 * 1024, .passes = 1, .slots = 1, .waiting = 0};

TEST(PasswordHasher, VerifiesWhatItHashed) {
  PasswordHasher hasher(kCheap);
  const std::string hash = hasher.hash(Secret(std::string("correct horse"))).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << hash;
  EXPECT_TRUE(hasher.verify(hash, Secret(std::string("correct horse"))).value());
  EXPECT_FALSE(hasher.verify(hash, Secret(std::string("correct Horse"))).value());
  EXPECT_FALSE(hasher.verify(hash, Secret(std::string("correct horse "))).value());
  EXPECT_FALSE(hasher.verify("not a hash", Secret(std::string("correct horse"))).value());
}

TEST(PasswordHasher, NeverTakesTheWholePasswordForItsBeginning) {
  PasswordHasher hasher(kCheap);
  const std::string longest(4096, 'a');
  const std::string hash = hasher.hash(Secret(longest)).value();
  EXPECT_TRUE(hasher.verify(hash, Secret(longest)).value());
  EXPECT_FALSE(hasher.verify(hash, Secret(longest.substr(1))).value());
}

TEST(PasswordHasher, GivesTheSamePasswordAnotherHashEachTime) {
  PasswordHasher hasher(kCheap);
  const Secret password(std::string("correct horse"));
  EXPECT_NE(hasher.hash(password).value(), hasher.hash(password).value());
}

TEST(PasswordHasher, TheDummyIsNobodysPassword) {
  PasswordHasher hasher(kCheap);
  EXPECT_FALSE(hasher.verify_dummy(Secret(std::string("no account has this password"))).value());
}

TEST(PasswordHasher, IsBusyRatherThanUseMoreMemoryThanItsSlots) {
  PasswordHasher hasher({.memory = 16 * 1024 * 1024, .passes = 3, .slots = 1, .waiting = 1});
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i)
    callers.emplace_back([&] {
      const bool hashed = hasher.hash(Secret(std::string("correct horse"))).has_value();
      ++(hashed ? done : refused);
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(done, 2);
  EXPECT_GE(refused, 1);
  EXPECT_TRUE(hasher.hash(Secret(std::string("correct horse")))) << "no slot was lost";
}

}  // namespace
}  // namespace gatehouse::accounts
