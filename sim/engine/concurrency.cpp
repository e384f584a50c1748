#include "sim/engine/concurrency.h"

namespace lambdasim::engine {

Concurrency::Concurrency(const Setup& setup) {
  pools_.push_back({setup.account_concurrency});
  for (const FunctionSetup& function : setup.functions) {
    if (function.reserved_concurrency == kUnreserved) {
      pool_of_.push_back(0);
      continue;
    }
    pools_.front().limit -= function.reserved_concurrency;
    pool_of_.push_back(static_cast<std::uint32_t>(pools_.size()));
    pools_.push_back({function.reserved_concurrency});
  }
}

}  // namespace lambdasim::engine
