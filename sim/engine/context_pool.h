// The execution contexts of a run: a slab of slots, reused.
//
// The fields that every invocation touches share one cache line; what only the end of a context
// needs lies apart. Slots are indices, never pointers: the slab may grow.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/check.h"
#include "sim/core/ids.h"
#include "sim/core/time.h"
#include "sim/engine/event.h"

namespace lambdasim::engine {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

/// As many temporary connections as fit into their field; a function has at most 32 resources.
inline constexpr std::uint32_t kMostClosing = 63;

struct alignas(64) Context {
  core::SimTime idle_since;    ///< end of the last handler, or ready
  core::SimTime safe_until;    ///< surely alive before this; after it the exact limit is asked for
  core::SimTime recycle_at;    ///< end of its lifetime
  std::uint64_t last_numbers;  ///< key of the last invocation: its idle period's numbers
  core::Duration busy{0};
  core::FunctionId function;
  core::ContextId id;
  Slot next_idle = kNoSlot;
  std::uint32_t made = 0;  ///< resources it holds, a bit each
  std::uint32_t invocations = 0;
  std::uint16_t tenant = 0;                   ///< the only one whose requests it serves
  std::uint16_t closing_connections : 6 = 0;  ///< of the running invocation alone
  bool needs_init : 1 = false;      ///< globals lost, or INIT failed: the next invocation runs INIT
  bool is_hosted : 1 = false;       ///< on a host of a fleet
  bool is_first_call : 1 = true;    ///< no handler has run since INIT
  bool superseded : 1 = false;      ///< of an old version: ends as soon as it is not busy
  bool is_running : 1 = false;      ///< a handler runs on its host
  bool is_planned : 1 = false;      ///< watched and idle: its kept_until stands
  bool is_prewarmed : 1 = false;    ///< started ahead of a call that has not come
  bool provisioned : 1 = false;     ///< initialised ahead of requests, and kept
  bool takes_no_place : 1 = false;  ///< serves a request of provisioned concurrency
  bool is_shared : 1 = false;       ///< by several requests at once, on a managed instance
};
static_assert(sizeof(Context) == 64);

/// What is looked at when a context becomes ready or ends.
struct ContextHistory {
  core::SimTime created;
  core::Duration sandbox{0};
  core::Duration init{0};
  core::Duration billed_init{0};  ///< what is billed of init, with the first Duration
  core::Duration reset_init{0};   ///< INIT after resets that is no part of a Duration
  std::uint32_t resets = 0;
  core::SimTime kept_until;  ///< of a context that is watched, while it is idle

  core::SimTime ready() const { return created + sandbox + init; }
};

class ContextPool {
 public:
  Context& operator[](Slot slot) { return contexts_[slot]; }
  ContextHistory& history(Slot slot) { return histories_[slot]; }

  /// A slot for a new context, its fields at their defaults and its id the next number.
  Slot create() {
    Slot slot = free_;
    if (slot != kNoSlot) {
      free_ = contexts_[slot].next_idle;
    } else {
      slot = static_cast<Slot>(contexts_.size());
      LAMBDASIM_CHECK(slot < Event::kMostSlots, "too many live execution contexts");
      contexts_.emplace_back();
      histories_.emplace_back();
    }
    contexts_[slot] = Context{};
    contexts_[slot].id = core::ContextId{created_++};
    histories_[slot] = ContextHistory{};
    return slot;
  }

  void destroy(Slot slot) {
    contexts_[slot].next_idle = free_;
    contexts_[slot].function = kNobody;
    free_ = slot;
  }

  /// Every live context of a function. A walk over the whole slab, for what is rare.
  template <class Visit>
  void each_of(core::FunctionId function, Visit visit) {
    for (Slot slot = 0; slot < contexts_.size(); ++slot) {
      if (contexts_[slot].function == function) {
        visit(slot);
      }
    }
  }

 private:
  static constexpr core::FunctionId kNobody{~std::uint32_t{0}};

  std::vector<Context> contexts_;
  std::vector<ContextHistory> histories_;
  Slot free_ = kNoSlot;
  std::uint32_t created_ = 0;
};

}  // namespace lambdasim::engine
