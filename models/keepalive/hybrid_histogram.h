// The hybrid histogram policy of Serverless in the Wild (Shahrad et al., ATC 2020): learns the idle
// times of a function, unloads its context after a call and loads another one just before the next
// call is likely.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/catalogue.h"

namespace lambdasim::models {

/// Parameters of the policy; the defaults are the paper's where it states them.
struct HybridHistogramParameters {
  core::Duration bin{std::chrono::minutes{1}};
  core::Duration range{std::chrono::hours{4}};  ///< whole bins
  double head = 0.05;
  double tail = 0.99;
  double margin = 0.10;
  double least_cv = 2.0;
  double most_out_of_bounds = 0.5;
  double forecast_margin = 0.15;
  std::uint64_t least_idle_times = 2;
};

/// Idle times of one function, in bins of one width; what lies beyond is only counted.
class IdleHistogram {
 public:
  IdleHistogram(core::Duration bin, core::Duration range);

  void add(core::Duration idle);
  std::uint64_t within() const { return within_; }
  std::uint64_t all() const { return within_ + beyond_; }
  double share_beyond() const;
  /// Coefficient of variation of the counts of the bins: large when few bins hold most of them.
  double cv() const;
  /// The first bin up to which a share `p` of what is within lies. There must be something.
  std::size_t bin_of_percentile(double p) const;
  core::Duration mean() const;  ///< of all idle times

 private:
  core::Duration bin_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t within_ = 0;
  std::uint64_t beyond_ = 0;
  double sum_of_squares_ = 0;  // of the counts
  double sum_ns_ = 0;
};

class HybridHistogram final : public engine::AdaptiveKeepAliveModel {
 public:
  explicit HybridHistogram(const HybridHistogramParameters& parameters) : parameters_(parameters) {}
  std::unique_ptr<engine::AdaptiveKeepAlive> start(const engine::KeepAliveRun& run) const override;

 private:
  HybridHistogramParameters parameters_;
};

extern const About kHybridHistogramAbout;
std::shared_ptr<const engine::KeepAlive> read_hybrid_histogram(config::ObjectReader& parameters);

}  // namespace lambdasim::models
