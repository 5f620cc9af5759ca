// One running Gatehouse for all tests that leave it as they found it.
#pragma once

#include "test/support/stack.hpp"

namespace gatehouse::test {

// Started at the first call, ended after the last test.
Stack& shared_stack();

}  // namespace gatehouse::test
