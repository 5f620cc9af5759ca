// A database in which something happens between two steps of a use case.
//
//   LateDatabase late(house.database, [&] { house.sql("update account set …"); });
//   Ports racing = house.ports_on(late);
#pragma once

#include <functional>
#include <utility>

#include "accounts/ports.hpp"

namespace gatehouse::test {

class LateDatabase final : public accounts::Database {
 public:
  // `change` takes place once, right before the transaction of that number; reading does not count.
  LateDatabase(accounts::Database& database, std::function<void()> change, int transaction = 1)
      : database_(database), change_(std::move(change)), left_(transaction) {}

 protected:
  void run(const Step& step) override {
    if (--left_ == 0) change_();
    database_.transaction([&](accounts::Transaction& transaction) { step(transaction); });
  }
  void run_reading(const Step& step) override {
    database_.read([&](accounts::Transaction& transaction) { step(transaction); });
  }

 private:
  accounts::Database& database_;
  std::function<void()> change_;
  int left_;
};

}  // namespace gatehouse::test
