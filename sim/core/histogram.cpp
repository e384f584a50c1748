#include "sim/core/histogram.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace lambdasim::core {

void Histogram::grow(std::size_t index) {
  const std::size_t octave = std::size_t{1} << bits_;
  counts_.resize((index / octave + 1) * octave);
}

void Histogram::merge(const Histogram& other) {
  LAMBDASIM_CHECK(bits_ == other.bits_, "histograms of different precision cannot be added");
  if (other.counts_.size() > counts_.size()) {
    counts_.resize(other.counts_.size());
  }
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    counts_[i] += other.counts_[i];
  }
  count_ += other.count_;
}

Duration Histogram::lower_bound_of(std::size_t index) const {
  const std::size_t octave = index >> bits_;
  const std::size_t shift = octave > 1 ? octave - 1 : 0;
  const std::uint64_t units = (index - (shift << bits_)) << shift;
  return Duration{static_cast<std::int64_t>(units << kUnitShift)};
}

Duration Histogram::quantile(double q) const {
  if (count_ == 0) {
    return Duration{0};
  }
  const double rank = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_));
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) {
      return (lower_bound_of(i) + upper_bound_of(i)) / 2;
    }
  }
  return upper_bound_of(counts_.size() - 1);
}

}  // namespace lambdasim::core
