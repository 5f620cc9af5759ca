// A value that is on its way: asked for already, while something else is done.
#pragma once

#include <functional>

namespace gatehouse {

// Waits for it. To be called once.
template <typename T>
using Later = std::function<T()>;

}  // namespace gatehouse
