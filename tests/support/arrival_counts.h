// Counts of arrivals in windows, for tests of arrival processes against their theory.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/model_from_yaml.h"

namespace lambdasim::test {

inline std::shared_ptr<const engine::ArrivalProcess> arrival_process(std::string_view model,
                                                                     const std::string& parameters,
                                                                     std::uint64_t stream_key = 1) {
  models::ArrivalContext context;
  context.function = core::FunctionId{0};
  context.stream_key = stream_key;
  return model_from_yaml(models::arrival_models(), model, parameters, context);
}

/// Times of all arrivals before `until_s`, in seconds.
inline std::vector<double> arrival_times(const engine::ArrivalProcess& process, double until_s,
                                         engine::RunKey key = {}) {
  std::vector<engine::Arrival> arrivals;
  process.start(key, 0)->append(core::SimTime{core::duration_of_nanoseconds(until_s * 1e9)},
                                100'000'000, arrivals);
  std::vector<double> times;
  for (const engine::Arrival& arrival : arrivals) {
    times.push_back(static_cast<double>(core::nanoseconds_of(arrival.time)) * 1e-9);
  }
  return times;
}

/// Windows of one length, one after the other.
struct Windows {
  double from_s = 0;
  double length_s = 1;
  std::size_t number = 1;
  double until_s() const { return from_s + length_s * static_cast<double>(number); }
};

inline std::vector<double> counts_in(const Windows& windows, const std::vector<double>& times) {
  std::vector<double> counts(windows.number, 0.0);
  for (const double time : times) {
    const double window = std::floor((time - windows.from_s) / windows.length_s);
    if (window >= 0 && window < static_cast<double>(windows.number)) {
      ++counts[static_cast<std::size_t>(window)];
    }
  }
  return counts;
}

/// A mean over independent replications, and its standard error by their spread.
struct Estimate {
  double mean = 0;
  double error = 0;
};

inline Estimate estimate_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value;
  }
  for (const double value : values) {
    squares += (value - sum / n) * (value - sum / n);
  }
  return {sum / n, std::sqrt(squares / (n - 1) / n)};
}

struct Counted {
  Estimate rate;        ///< per second
  Estimate dispersion;  ///< index of dispersion for counts: variance over mean
};

/// What independent replications show in windows in which `expected` arrivals come on average.
inline Counted counted(const engine::ArrivalProcess& process, const Windows& windows,
                       double expected, std::uint32_t replications) {
  std::vector<double> rates;
  std::vector<double> dispersions;
  const auto n = static_cast<double>(windows.number);
  for (std::uint32_t replication = 0; replication < replications; ++replication) {
    double sum = 0;
    double squares = 0;
    for (const double count :
         counts_in(windows, arrival_times(process, windows.until_s(), {7, replication}))) {
      sum += count;
      squares += (count - expected) * (count - expected);
    }
    rates.push_back(sum / n / windows.length_s);
    dispersions.push_back(squares / n / expected);
  }
  return {estimate_of(rates), estimate_of(dispersions)};
}

}  // namespace lambdasim::test
