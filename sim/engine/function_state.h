// What a run keeps for one function: its idle contexts, its waiting requests, and the counts behind
// its peaks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/evaluate.h"
#include "sim/engine/idle_contexts.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/token_bucket.h"
#include "sim/engine/waiting_queue.h"

namespace lambdasim::engine {

/// What is kept of a function whose contexts are looked at whenever one comes to rest or is used:
/// its keep-alive learns, or its hosts have finite memory.
struct Watch {
  std::unique_ptr<AdaptiveKeepAlive> policy;  ///< none: the limits of its keep-alive hold
  bool is_resting = false;                    ///< it was called before, and nothing is in flight
  core::SimTime rested_at;                    ///< when its last execution ended
  core::SimTime next_end = core::kNever;      ///< no idle context ends before this
  core::SimTime prewarm_at;                   ///< when a context is to be started ahead of a call
  core::SimTime prewarmed_until;              ///< how long that one is kept
  std::uint64_t prewarm_numbers = 0;
};

/// Provisioned concurrency of one function: asked >= allocated + cancelled.
struct ProvisionedState {
  struct Layer {
    std::uint32_t contexts;
    core::SimTime since;
  };

  /// A request begins (+1) or ends (-1) on provisioned concurrency.
  void count_use(int change, core::SimTime now) {
    used += (now - counted) * static_cast<std::int64_t>(in_use);
    counted = now;
    in_use = static_cast<std::uint32_t>(static_cast<int>(in_use) + change);
  }

  /// Each provisioned context takes so many synchronous requests a second.
  void limit_requests(double each) {
    requests = TokenBucket{std::max(each * allocated, 1.0), each * allocated};
  }

  IdleContexts idle;
  TokenBucket requests;
  core::RandomStream stream;
  std::uint32_t asked = 0;      ///< configured now
  std::uint32_t allocated = 0;  ///< of asked: there to be used
  std::uint32_t cancelled = 0;  ///< withdrawn before they were allocated
  std::uint32_t surplus = 0;    ///< withdrawn while they were busy
  std::uint32_t created = 0;
  std::uint32_t asks = 0;
  std::uint32_t in_use = 0;
  core::Duration used{0};  ///< context-time since the last look of target tracking
  core::SimTime counted;
  std::uint32_t high = 0;  ///< periods in a row above the target
  std::uint32_t low = 0;
  std::vector<Layer> layers;  ///< what is billed, increase by increase
};

/// What each tenant has for itself.
struct TenantState {
  IdleContexts idle;
  WaitingQueue waiting;
};

struct FunctionState {
  /// @param watched none for a function that need not be looked at
  FunctionState(const FunctionSetup& of, std::unique_ptr<Watch> watched)
      : setup(&of),
        evaluator(of),
        kept_at_least(watched ? kAskAlways : of.keep_alive->at_least()),
        idle(of.reuse),
        others(of.tenants ? of.tenants->shares.size() - 1 : 0, {IdleContexts{of.reuse}, {}}),
        provisioned(of.provisioned ? std::make_unique<ProvisionedState>() : nullptr),
        is_managed(of.managed.has_value()),
        is_stepwise(of.is_stepwise),
        watch(std::move(watched)) {}

  /// Makes every look at a context the moment at which its exact end is asked for.
  static constexpr core::Duration kAskAlways{-1};

  bool is_failing(core::SimTime now) const {
    return !setup->outages.empty() &&
           std::any_of(setup->outages.begin(), setup->outages.end(), [now](const Outage& outage) {
             return outage.from <= now && now < outage.to;
           });
  }

  // What a call touches, for a run with so many functions that it lies in no cache.
  void prefetch() const { prefetch_lines(this, sizeof(FunctionState)); }
  void prefetch_setup() const {
    __builtin_prefetch(&setup->timeout);
    __builtin_prefetch(&setup->return_delay);
    __builtin_prefetch(&setup->outages);
    __builtin_prefetch(&setup->handler);
    __builtin_prefetch(&setup->keep_alive);
  }
  void prefetch_program() const { prefetch_lines(setup->handler.data(), sizeof(Step)); }
  static void prefetch_lines(const void* begin, std::size_t size) {
    for (std::size_t line = 0; line < size; line += 64) {
      __builtin_prefetch(static_cast<const char*>(begin) + line);
    }
  }

  /// A request is admitted, and will have a context.
  void take_in() { peaks.in_flight = std::max(peaks.in_flight, ++in_flight); }

  IdleContexts& idle_of(std::uint16_t tenant) {
    return tenant == 0 ? idle : others[tenant - 1U].idle;
  }
  WaitingQueue& waiting_of(std::uint16_t tenant) {
    return tenant == 0 ? waiting : others[tenant - 1U].waiting;
  }

  const FunctionSetup* setup;
  Evaluator evaluator;
  core::Duration kept_at_least;
  IdleContexts idle;
  WaitingQueue waiting;             // of the first tenant, or of all where they are not isolated
  std::vector<TenantState> others;  // the other tenants
  core::RandomStream tenants;       ///< by number of an event: whose it is
  std::unique_ptr<ProvisionedState> provisioned;  ///< none without provisioned concurrency
  bool is_managed = false;                        ///< on managed instances: its contexts are shared
  bool is_stepwise = false;                       ///< its steps are run one by one
  // Contexts and connections count expired contexts until somebody looks at them.
  std::uint32_t live = 0;
  std::uint32_t in_flight = 0;
  std::uint32_t connections = 0;
  FunctionPeaks peaks;
  std::unique_ptr<Watch> watch;
};

}  // namespace lambdasim::engine
