#include "ctl/jws_verify.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "test/jose/tokens.hpp"

namespace gatehouse::ctl {
namespace {

class JwsVerify : public testing::Test {
 protected:
  JwsVerify() { std::ofstream(file_) << jose::key_set_of(key_).jwks(); }
  ~JwsVerify() override { std::filesystem::remove(file_); }

  ExitStatus verify(const std::string& token) {
    std::istringstream in(token);
    return verify_jws(file_, in, out_, err_);
  }

  const std::string file_ = testing::TempDir() + "jwks-" + std::to_string(getpid()) + ".json";
  const jose::PrivateKey key_ = jose::PrivateKey::generate(jose::Algorithm::kES256);
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(JwsVerify, PrintsThePayloadWhateverItsBytes) {
  EXPECT_EQ(verify(jose::sign_compact(key_, "", std::string("not JSON\0", 9)) + "\n"), ExitStatus::kDone);
  EXPECT_EQ(out_.str(), std::string("not JSON\0", 9));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(JwsVerify, SaysWhyASignatureIsNotGood) {
  EXPECT_EQ(verify(jose::sign_compact(key_, "", "x") + "AA"), ExitStatus::kNo);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), "gatehousectl: not valid: bad_signature\n");
}

TEST_F(JwsVerify, NamesAFileThatCannotBeUsed) {
  std::ofstream(file_) << "{}";
  EXPECT_EQ(verify("a.b.c"), ExitStatus::kUsage);
  EXPECT_NE(err_.str().find(file_), std::string::npos);
  std::filesystem::remove(file_);
  EXPECT_EQ(verify("a.b.c"), ExitStatus::kUsage);
}

}  // namespace
}  // namespace gatehouse::ctl
