// A fixture whose tests share one gate and leave it as they found it.
//
//   class GateSomething : public SharedGate<GateSomething> {
//    protected:
//     static void SetUpTestSuite() { start("server { … }"); }
//   };
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "test/e2e/gate.hpp"

namespace gatehouse::test {

// One gate for each `Suite`.
template <typename Suite>
class SharedGate : public testing::Test {
 protected:
  // As Gate::start().
  static void start(const std::string& http, const std::string& path = "/app/") {
    gate_ = std::make_unique<Gate>();
    gate_->start(http, path);
  }
  static void TearDownTestSuite() { gate_.reset(); }

  static HttpResponse get(const std::string& path, const std::vector<std::string>& headers = {}) {
    return gate_->nginx().get(path, headers);
  }

  static inline std::unique_ptr<Gate> gate_;
};

}  // namespace gatehouse::test
