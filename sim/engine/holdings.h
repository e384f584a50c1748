// What the execution contexts of stepwise functions hold beside the bits of Context::made: how old
// each resource is and how often it was used, and what lies in /tmp. One entry a slot, used again.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/context_pool.h"
#include "sim/engine/setup.h"
#include "sim/engine/tmp_files.h"

namespace lambdasim::engine {

/// One resource of one context.
struct Held {
  core::SimTime made;
  core::SimTime used;
  std::uint64_t uses = 0;
  std::int64_t bytes = 0;
  bool is_closed = false;  ///< by the peer; the context does not know yet

  /// Whether the peer has closed it by now, as it was not used for so long.
  bool is_stale(const Validity& valid, core::SimTime now) const {
    return is_closed || (valid.idle != core::Duration::max() && now - used >= valid.idle);
  }
  /// Whether it must be renewed before a use of so many bytes.
  bool is_used_up(const Validity& valid, core::SimTime now, std::int64_t more) const {
    return (valid.age != core::Duration::max() && now - made >= valid.age) ||
           (valid.uses != 0 && uses >= valid.uses) ||
           (valid.bytes != 0 && bytes != 0 && bytes + more > valid.bytes);
  }
  /// When the connection ended that was held until `at` at most.
  core::SimTime ended_by(const Validity& valid, core::SimTime at) const {
    return valid.idle == core::Duration::max() ? at : std::min(at, used + valid.idle);
  }
};

struct Holdings {
  std::vector<Held> held;  ///< by ResourceId
  TmpFiles tmp;
};

class AllHoldings {
 public:
  Holdings& operator[](Slot slot) { return by_slot_[slot]; }
  /// Those of a new context.
  void begin(Slot slot, const FunctionSetup& function) {
    if (slot >= by_slot_.size()) {
      by_slot_.resize(slot + 1);
    }
    by_slot_[slot].held.assign(function.resources.size(), Held{});
    by_slot_[slot].tmp.reset(function.storage);
  }

 private:
  std::vector<Holdings> by_slot_;
};

}  // namespace lambdasim::engine
