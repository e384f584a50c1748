// Durable executions: an event starts one, which runs segment after segment of its function's
// handler, is suspended in between at no cost, and tries a segment again that failed.
#pragma once

#include "models/catalogue.h"
#include "models/source/backoff.h"

namespace lambdasim::models {

/// Most that `attempts` can be set to.
inline constexpr std::int64_t kMostDurableAttempts = 100;

struct DurableRules {
  double starts_a_second = 300;
  std::uint32_t start_burst = 300;
  std::uint32_t attempts = 6;  ///< at a segment, refused ones not counted
  Backoff backoff;             ///< before the second attempt; doubles with each
  Backoff refused;             ///< after a refusal, likewise
};

class DurableExecutions final : public engine::EventSourceModel {
 public:
  DurableExecutions(DurableRules rules, std::shared_ptr<const engine::Durable> plan)
      : rules_(rules), plan_(std::move(plan)) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override;

 private:
  DurableRules rules_;
  std::shared_ptr<const engine::Durable> plan_;
};

extern const About kDurableAbout;
std::shared_ptr<const engine::EventSourceModel> read_durable(config::ObjectReader& parameters,
                                                             const SourceContext& context);

}  // namespace lambdasim::models
