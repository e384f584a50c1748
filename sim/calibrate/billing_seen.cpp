#include <cmath>

#include "sim/calibrate/seen.h"

namespace lambdasim::calibrate {
namespace {

/// Text rounds to 0.01 ms, so 154.00 ms may be billed as 155.
bool is_ceiling(double billed, double ms) {
  return billed == std::ceil(ms - 0.006) || billed == std::ceil(ms + 0.006);
}

}  // namespace

BillingSeen billing_of(const FunctionLog& log) {
  BillingSeen seen;
  std::uint64_t free = 0;
  std::uint64_t billed = 0;
  std::uint64_t stepped = 0;
  for (const Call& call : log.calls) {
    const auto bill = static_cast<double>(call.billed_ms);
    const bool is_whole_100 =
        call.billed_ms % 100 == 0 && std::abs(bill - 100 * std::ceil(call.duration_ms / 100)) < 1;
    const bool is_plain = is_ceiling(bill, call.duration_ms);
    stepped += is_whole_100 && !is_plain ? 1 : 0;
    if (call.restore_ms == call.restore_ms || call.outcome == CallOutcome::kTimeout) {
      continue;
    }
    if (!call.is_cold()) {
      ++seen.warm;
      seen.warm_follow += is_plain ? 1 : 0;
    } else if (is_plain) {
      ++free;
    } else if (is_ceiling(bill, call.duration_ms + call.init_ms)) {
      ++billed;
    }
  }
  if (stepped > log.calls.size() / 2) {
    seen.rule = BillingRule::kSteps100;
    seen.follow = seen.explained = stepped;
  } else if (free + billed > 0) {
    seen.rule = billed > free ? BillingRule::kInitBilled : BillingRule::kInitFree;
    seen.follow = std::max(free, billed);
    seen.explained = free + billed;
  }
  return seen;
}

}  // namespace lambdasim::calibrate
