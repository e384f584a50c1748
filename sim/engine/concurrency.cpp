#include "sim/engine/concurrency.h"

#include <algorithm>

namespace lambdasim::engine {

Concurrency::Concurrency(const Setup& setup) {
  std::int64_t unreserved = setup.account_concurrency;
  for (const FunctionSetup& function : setup.functions) {
    unreserved -= std::max<std::int64_t>(function.reserved_concurrency, 0);
  }
  pools_.push_back(pool(unreserved, false, setup));
  for (const FunctionSetup& function : setup.functions) {
    const core::FunctionId self{static_cast<std::uint32_t>(owner_of_.size())};
    owner_of_.push_back(function.version_of.value_or(self));
    if (function.version_of || function.reserved_concurrency == kUnreserved) {
      pool_of_.push_back(0);
      continue;
    }
    pool_of_.push_back(static_cast<std::uint32_t>(pools_.size()));
    pools_.push_back(pool(function.reserved_concurrency, true, setup));
  }
  for (std::size_t f = 0; f < owner_of_.size(); ++f) {
    pool_of_[f] = pool_of_[owner_of_[f].value];
  }
  const ScalingRate& rate = setup.scaling;
  if (rate.per_second > 0) {
    scaling_.assign(rate.of_account ? 1 : setup.functions.size(),
                    TokenBucket{static_cast<double>(rate.burst), rate.per_second});
  }
}

Concurrency::Pool Concurrency::pool(std::int64_t limit, bool is_reserved, const Setup& setup) {
  const double per_second = setup.requests_per_context * static_cast<double>(limit);
  return {limit, 0, {std::max(per_second, 1.0), per_second}, is_reserved};
}

}  // namespace lambdasim::engine
