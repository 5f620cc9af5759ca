#include "module/trusted.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "test/support/tokens.hpp"

namespace gatehouse::gate {
namespace {

using test::TokenMaker;

class TrustedTest : public testing::Test {
 protected:
  TrustedTest()
      : memory_(mmap(nullptr, KeyBoard::size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        board_(*KeyBoard::lay_out(memory_)) {}
  ~TrustedTest() override { munmap(memory_, KeyBoard::size()); }

  static Voucher voucher_of(const Trusted& trusted, const TokenMaker& maker) {
    const jose::PublicKey& key = maker.key().public_key();
    return trusted.voucher(key.algorithm(), key.thumbprint());
  }
  static jose::KeySet keys_of(const TokenMaker& maker) { return jose::KeySet({maker.key().public_key()}); }

  const TokenMaker first_;
  const TokenMaker second_;
  Issuer issuer_ = [] {
    Issuer issuer;
    issuer.claims.issuer = "https://id.example.com";
    issuer.claims.audiences = {"a", "b"};
    return issuer;
  }();
  void* memory_;
  KeyBoard& board_;
};

TEST_F(TrustedTest, TakesTheVouchersOfItsKeysOnly) {
  Trusted trusted(issuer_, keys_of(first_));
  EXPECT_TRUE(trusted.takes(voucher_of(trusted, first_)));
  EXPECT_FALSE(trusted.takes(kNoBlockKey));
  const Voucher former = voucher_of(trusted, first_);
  trusted.replace_keys(keys_of(second_));
  EXPECT_FALSE(trusted.takes(former));
  EXPECT_TRUE(trusted.takes(voucher_of(trusted, second_)));
}

TEST_F(TrustedTest, AKeyThatItDoesNotHaveHasNoVoucher) {
  Trusted trusted(issuer_, keys_of(first_));
  EXPECT_EQ(voucher_of(trusted, second_), kNoBlockKey);
  trusted.replace_keys(keys_of(second_));
  EXPECT_EQ(voucher_of(trusted, first_), kNoBlockKey);
}

TEST_F(TrustedTest, EachOfSeveralKeysHasItsOwnVoucher) {
  const Trusted trusted(issuer_, jose::KeySet({first_.key().public_key(), second_.key().public_key()}));
  EXPECT_TRUE(trusted.takes(voucher_of(trusted, first_)));
  EXPECT_TRUE(trusted.takes(voucher_of(trusted, second_)));
  EXPECT_FALSE(voucher_of(trusted, first_) == voucher_of(trusted, second_));
}

TEST_F(TrustedTest, AVoucherIsOfOneAlgorithm) {
  const Trusted trusted(issuer_, keys_of(first_));
  const jose::Thumbprint& key = first_.key().public_key().thumbprint();
  EXPECT_EQ(trusted.voucher(jose::Algorithm::kES256, key), kNoBlockKey);
}

TEST_F(TrustedTest, AVoucherIsOfTheWholePolicy) {
  const Trusted trusted(issuer_, keys_of(first_));
  const Voucher voucher = voucher_of(trusted, first_);
  const std::vector<void (*)(Issuer&)> changes{
      [](Issuer& i) { i.claims.issuer += "/"; },
      [](Issuer& i) { i.claims.audiences = {"a"}; },
      [](Issuer& i) { i.claims.audiences = {"ab"}; },
      [](Issuer& i) {
        i.claims.audiences = {"a", "b", ""};
      },
      [](Issuer& i) { i.claims.type.clear(); },
      [](Issuer& i) { i.algorithms.push_back(jose::Algorithm::kES256); },
      [](Issuer& i) { i.claims.subject_claim = "user"; },
      [](Issuer& i) { i.claims.session_claim.clear(); },
      [](Issuer& i) { i.claims.device_claim = "sid"; },
      [](Issuer& i) { i.blocks = false; },
      [](Issuer& i) { i.block_prefix = "x"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Issuer other = issuer_;
    changes[i](other);
    EXPECT_FALSE(Trusted(other, keys_of(first_)).takes(voucher)) << i;
  }
  EXPECT_TRUE(Trusted(issuer_, keys_of(first_)).takes(voucher)) << "also after a reload";
}

TEST_F(TrustedTest, FollowsTheBoard) {
  Trusted trusted(issuer_, {});
  EXPECT_FALSE(trusted.has_keys());
  const BlockKey owner = trusted.owner();
  const KeyBoard::Place place = board_.assign({&owner, 1}, {}).front();
  trusted.follow(board_, place);
  trusted.refresh();
  EXPECT_FALSE(trusted.has_keys());
  board_.publish(place, 0, first_.jwks());
  trusted.refresh();
  const Voucher former = voucher_of(trusted, first_);
  EXPECT_TRUE(trusted.takes(former));
  board_.publish(place, 0, second_.jwks());
  trusted.refresh();
  EXPECT_FALSE(trusted.takes(former));
  trusted.ask_for_keys();
  EXPECT_TRUE(board_.was_asked(place));
}

TEST_F(TrustedTest, KeysBelongToAnIssuerAndItsSource) {
  const BlockKey owner = Trusted(issuer_, {}).owner();
  Issuer other = issuer_;
  other.keys.url = "https://id.example.com/jwks";
  EXPECT_FALSE(Trusted(other, {}).owner() == owner);
  other = issuer_;
  other.claims.issuer = "https://other.example.com";
  EXPECT_FALSE(Trusted(other, {}).owner() == owner);
}

}  // namespace
}  // namespace gatehouse::gate
