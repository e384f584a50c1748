#include "sim/core/histogram.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace lambdasim::core {

void Histogram::cover(std::size_t from, std::size_t to) {
  const std::size_t octave = std::size_t{1} << bits_;
  from = from / octave * octave;
  to = (to / octave + 1) * octave;
  if (counts_.empty()) {
    first_ = from;
  } else if (from < first_) {
    counts_.insert(counts_.begin(), first_ - from, 0);
    first_ = from;
  }
  counts_.resize(std::max(counts_.size(), to - first_));
}

void Histogram::merge(const Histogram& other) {
  LAMBDASIM_CHECK(bits_ == other.bits_, "histograms of different precision cannot be added");
  if (other.counts_.empty()) {
    return;
  }
  cover(other.first_, other.first_ + other.counts_.size() - 1);
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    counts_[other.first_ - first_ + i] += other.counts_[i];
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
      return (lower_bound_of(first_ + i) + upper_bound_of(first_ + i)) / 2;
    }
  }
  return upper_bound_of(first_ + counts_.size() - 1);
}

}  // namespace lambdasim::core
