// Functions whose handlers send events to other entries of the workload.
#pragma once

#include <utility>

#include "models/arrival/adapted.h"
#include "tests/support/stepwise.h"

namespace lambdasim::test {

inline constexpr std::uint32_t kSendPurpose = 300;

inline engine::Step send_step(std::uint32_t send, Duration takes = 7ms) {
  engine::Step step;
  step.kind = engine::StepKind::kSend;
  step.call = send;
  step.time = constant(takes);
  step.purpose = kSendPurpose + 2 * send;
  return step;
}

/// Works for 10 ms, sends for 7 ms, works for 5 ms.
inline engine::FunctionSetup sender_to(std::uint32_t entry, std::uint32_t events = 1) {
  engine::FunctionSetup sender = plain_function(10ms);
  sender.name = "sender";
  sender.is_stepwise = true;
  sender.timeout = 60s;
  sender.sends = {{.entry = entry, .events = events}};
  sender.handler.push_back(send_step(0));
  sender.handler.push_back(wait_step(5ms));
  return sender;
}

/// A further entry of the workload, to which only steps bring events.
inline void add_entry(engine::Setup& setup, std::uint32_t function,
                      std::shared_ptr<const engine::EventSourceModel> source) {
  setup.sources.resize(setup.arrivals.size());
  setup.receivers.resize(setup.arrivals.size());
  setup.arrivals.push_back(models::no_arrivals(900 + setup.arrivals.size()));
  setup.sources.push_back(std::move(source));
  setup.receivers.push_back({{core::FunctionId{function}, 1}});
}

}  // namespace lambdasim::test
