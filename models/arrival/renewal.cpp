#include "models/arrival/renewal.h"

#include <array>
#include <chrono>

#include "models/arrival/generated.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 1> kParameters{{
    {"gap", "time (s) between two arrivals: any distribution of time", "",
     "no default: it is the workload"},
}};

class DrawnGaps {
 public:
  DrawnGaps(const core::Distribution& gap, const core::RandomStream& numbers)
      : gap_(&gap), engine_(numbers.sequential()) {}

  core::SimTime next() {
    time_ += gap_->sample_duration(engine_);
    return time_;
  }

 private:
  const core::Distribution* gap_;
  core::KeyedEngine engine_;
  core::SimTime time_ = core::kStartOfTime;
};

/// A gap of no time would bring arrivals without end.
core::Distribution read_gap(config::ObjectReader& parameters) {
  constexpr core::Duration kShortest{10};  // the highest rate of any process, 1e8 /s
  constexpr core::Duration kLongest = std::chrono::hours{24} * 3650;
  const config::Node* given = parameters.peek("gap");
  if (given != nullptr && given->kind == config::Node::Kind::kScalar) {
    return core::Distribution::constant(static_cast<double>(
        parameters.duration("gap", std::nullopt, {kShortest, kLongest}).count()));
  }
  core::Distribution gap = parameters.time_distribution("gap", std::nullopt);
  const bool is_read =
      gap != core::Distribution{} || (given != nullptr && given->find("constant") != nullptr);
  if (is_read && gap.mean() < static_cast<double>(kShortest.count())) {
    parameters.report("gap", "must be 10 ns or more on average");
  }
  return gap;
}

}  // namespace

const About kRenewalAbout{
    "renewal", "arrivals whose gaps are independent and of any one distribution",
    "Arrival k (from 0) comes after k + 1 independent gaps, so the run begins as if just after an "
    "arrival. Its rate is 1 / mean gap; over long spans the index of dispersion for counts is the "
    "squared coefficient of variation of a gap: below 1 it is more even than Poisson, above 1 in "
    "clusters.",
    "renewal theory (Cox 1962, Renewal Theory, ch. 4); gaps of calls to one function are often "
    "more variable than exponential (Shahrad et al. 2020, fig. 6)",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_renewal(config::ObjectReader& parameters,
                                                           const ArrivalContext& context) {
  core::Distribution gap = read_gap(parameters);
  return std::make_shared<const GeneratedProcess<DrawnGaps, core::Distribution>>(std::move(gap),
                                                                                 context);
}

}  // namespace lambdasim::models
