// An SQS queue in front of a function: standard or FIFO, with the pollers that Lambda scales or
// with provisioned ones.
#pragma once

#include <memory>

#include "models/catalogue.h"
#include "models/source/sqs_mapping.h"

namespace lambdasim::models {

class Sqs final : public engine::EventSourceModel {
 public:
  explicit Sqs(SqsSettings settings)
      : settings_(std::make_shared<const SqsSettings>(std::move(settings))) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override {
    return std::make_unique<SqsMapping>(settings_, run);
  }
  bool bills_pollers() const override { return settings_->pollers_are_billed; }
  const SqsSettings& settings() const { return *settings_; }

 private:
  std::shared_ptr<const SqsSettings> settings_;
};

/// Cumulative shares of message groups, the k-th in proportion to k^-skew (Zipf); 0: all equal.
std::vector<double> group_shares(std::size_t groups, double skew);

extern const About kSqsAbout;
std::shared_ptr<const engine::EventSourceModel> read_sqs(config::ObjectReader& parameters,
                                                         const SourceContext& context);

}  // namespace lambdasim::models
