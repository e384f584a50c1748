// A log-linear (HDR-style) histogram of durations: constant relative precision over any range,
// mergeable by addition, about 1 ns a value.
//
// Values are counted in units of 1,024 ns; each power of two is cut into 2^bits equal buckets, so a
// quantile is off by at most 2^-(bits+1) of its value (0.1 % at the default 9) or half a unit.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "sim/core/time.h"

namespace lambdasim::core {

class Histogram {
 public:
  static constexpr int kUnitShift = 10;  // 1,024 ns

  explicit Histogram(int bits = 9) : bits_(bits) {}

  void add(Duration value) {
    const std::size_t index = bucket_of(value);
    if (index - first_ >= counts_.size()) [[unlikely]] {
      cover(index, index);
    }
    ++counts_[index - first_];
    ++count_;
  }

  /// Adds the counts of another histogram of the same precision.
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  int bits() const { return bits_; }
  /// Fetches a bucket in the middle, and so the page on which the others lie.
  void prefetch() const { __builtin_prefetch(counts_.data() + counts_.size() / 2, 1); }
  /// Counts of the buckets from first_bucket() on; buckets before and after hold nothing.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  std::size_t first_bucket() const { return first_; }

  /// The value below or at which a share q in [0, 1] of all values lies (the ceil(q n)-th
  /// smallest), as the middle of its bucket; 0 when empty.
  Duration quantile(double q) const;

  /// Bounds of bucket `index`: [lower, upper) in ns.
  Duration lower_bound_of(std::size_t index) const;
  Duration upper_bound_of(std::size_t index) const { return lower_bound_of(index + 1); }

  std::size_t bucket_of(Duration value) const {
    const auto units = static_cast<std::uint64_t>(value.count()) >> kUnitShift;
    // Below 2^(bits+1) units a bucket is one unit; above, the top bits+1 bits name the bucket.
    const int shift = static_cast<int>(std::bit_width(units >> bits_ | 1)) - 1;
    return (static_cast<std::size_t>(shift) << bits_) + static_cast<std::size_t>(units >> shift);
  }

 private:
  /// Makes room for buckets `from` to `to`, by whole powers of two of the values.
  void cover(std::size_t from, std::size_t to);

  int bits_;
  std::uint64_t count_ = 0;
  std::size_t first_ = 0;  // bucket of counts_[0]: a histogram of few octaves stays small
  std::vector<std::uint64_t> counts_;
};

}  // namespace lambdasim::core
