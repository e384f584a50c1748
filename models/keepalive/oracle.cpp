#include "models/keepalive/oracle.h"

#include "sim/engine/future_arrivals.h"

namespace lambdasim::models {
namespace {

using core::Duration;

class State final : public engine::AdaptiveKeepAlive {
 public:
  explicit State(const engine::KeepAliveRun& run) : run_(run) {}

  engine::KeepPlan plan(const engine::Rest& rest) override {
    const auto call = run_.future.next(run_.function, rest.now, rest.others);
    if (!call) {
      return {};
    }
    // A limit that passes at the moment of a call has passed; this one must not.
    constexpr Duration kJustAfter{1};
    const Duration until = *call - rest.since;
    if (rest.others == 0 && until > Duration{0}) {
      return {.prewarm_after = until, .keep_for = kJustAfter, .ready_then = true};
    }
    return {.prewarm_after = Duration{0}, .keep_for = until + kJustAfter};
  }
  void idle_ended(Duration /*idle*/) override {}

 private:
  engine::KeepAliveRun run_;
};

}  // namespace

std::unique_ptr<engine::AdaptiveKeepAlive> KeepAliveOracle::start(
    const engine::KeepAliveRun& run) const {
  return std::make_unique<State>(run);
}

const About kKeepAliveOracleAbout{
    "oracle",
    "knows the next call: unloads, and has a context ready exactly then",
    "When a context comes to rest and the next call is further away than a cold start takes, it "
    "ends, and another one is started so that it is ready when that call comes; else it is kept "
    "until then. While other contexts of the function live, it is kept until the call that could "
    "need it. For calls that do not overlap no policy has fewer cold starts or less idle memory. "
    "All arrivals of the run are read ahead and kept, 8 bytes each.",
    "a bound to compare policies with; calls that event sources repeat or delay are not foreseen",
    {}};

std::shared_ptr<const engine::KeepAlive> read_keep_alive_oracle(config::ObjectReader&) {
  return std::make_shared<const KeepAliveOracle>();
}

}  // namespace lambdasim::models
