// One attempt to have a function invoked, from the moment at which it reaches the platform until a
// context takes it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

/// Nobody asks what became of the request.
inline constexpr std::uint32_t kNoTicket = ~std::uint32_t{0};

struct Request {
  core::SimTime arrival{};      ///< of this attempt
  std::uint64_t numbers = 0;    ///< key of its random numbers
  core::Duration recorded{-1};  ///< see Arrival::recorded
  std::uint32_t event = 0;      ///< number of the (first) event that it carries, within the run
  std::uint32_t ticket = kNoTicket;  ///< by which its event source knows it again
  std::uint32_t source = 0;          ///< index of the source
  std::uint16_t items = 1;           ///< events that it carries
  std::uint16_t tenant = 0;          ///< whose request it is, where tenants are isolated
  std::uint16_t segment = 0;         ///< of a durable execution, from 1; 0: the handler as a whole
  std::uint8_t attempt = 1;          ///< of its event, from 1
  bool is_synchronous = true;        ///< somebody waits for the answer: the request rate counts
  bool is_ping = false;              ///< runs the function's `ping` steps instead of its handler
  bool is_call = false;              ///< by a handler that waits, which the ticket names
  bool must_fail = false;            ///< the handler ends in an error, whatever its chances
};

/// A request to a function.
struct Invocation {
  core::FunctionId function;
  Request request;
};

/// The invocation whose handler calls or sends, by what finds its row.
struct Origin {
  core::FunctionId function;
  core::ContextId context;
  core::SimTime arrival;
};

/// An event that a handler sends to an entry of the workload, now.
struct SentEvent {
  Origin origin;
  core::SimTime time;
  std::uint64_t numbers = 0;  ///< key of its random numbers
  std::uint32_t entry = 0;
};

/// What was asked for, in order, until the engine does it.
template <class Asked>
class AskedQueue {
 public:
  void push(const Asked& asked) { asked_.push_back(asked); }
  /// @return false when there is none
  bool take(Asked& next) {
    if (taken_ == asked_.size()) {
      asked_.clear();
      taken_ = 0;
      return false;
    }
    next = asked_[taken_++];
    return true;
  }

 private:
  std::vector<Asked> asked_;
  std::size_t taken_ = 0;
};

using InvocationQueue = AskedQueue<Invocation>;

}  // namespace lambdasim::engine
