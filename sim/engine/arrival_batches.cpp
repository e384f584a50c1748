#include "sim/engine/arrival_batches.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace lambdasim::engine {
namespace {

constexpr std::size_t kBatch = 4096;
// A window holds at least a few arrivals a source, so that asking all of them pays.
constexpr std::size_t kArrivalsPerSource = 2;
constexpr std::size_t kMostFromOneSource = 16 * kBatch;

}  // namespace

ArrivalBatches::ArrivalBatches(const Setup& setup, RunKey key) {
  for (const auto& process : setup.arrivals) {
    auto source = process->start(key, static_cast<std::uint32_t>(sources_.size()));
    streams_.emplace_back(key.seed, key.replication, source->stream_key());
    sources_.push_back({std::move(source), core::kStartOfTime});
  }
}

std::span<const Arrival> ArrivalBatches::next(core::SimTime until) {
  batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(given_));
  given_ = 0;
  while (covered_ < until && (batch_.empty() || batch_.front().time >= covered_)) {
    fill(until);
  }
  const core::SimTime end = std::min(covered_, until);
  const auto first_later = std::lower_bound(
      batch_.begin(), batch_.end(), end,
      [](const Arrival& arrival, core::SimTime time) { return arrival.time < time; });
  given_ = static_cast<std::size_t>(first_later - batch_.begin());
  return {batch_.data(), given_};
}

void ArrivalBatches::fill(core::SimTime until) {
  if (sources_.size() == 1) {
    covered_ = sources_.front().source->append(until, kBatch, batch_);
    return;
  }
  if (sources_.empty()) {
    covered_ = until;
    return;
  }
  const std::size_t wanted = std::max(kBatch, sources_.size() * kArrivalsPerSource);
  const std::size_t before = batch_.size();
  fill_window(std::min(until, covered_ + window_));
  const std::size_t found = batch_.size() - before;
  if (found < wanted / 2) {
    window_ = std::min(window_ * 2, core::Duration{std::chrono::hours{24}});
  } else if (found > wanted * 2) {
    window_ = std::max(window_ / 2, core::Duration{1'000});
  }
}

void ArrivalBatches::fill_window(core::SimTime window_end) {
  core::SimTime covered = window_end;
  for (Source& source : sources_) {
    if (source.covered < window_end) {
      source.covered = source.source->append(window_end, kMostFromOneSource, batch_);
    }
    covered = std::min(covered, source.covered);
  }
  covered_ = covered;
  sort_batch();
}

/// The arrivals of a window lie about evenly in it, so most are in order once each is put into one
/// of as many buckets of equal width: a time per arrival that does not grow with their number.
void ArrivalBatches::sort_batch() {
  constexpr std::size_t kFew = 64;
  if (batch_.size() < kFew) {
    std::sort(batch_.begin(), batch_.end(), comes_before);
    return;
  }
  const auto earlier = [](const Arrival& a, const Arrival& b) { return a.time < b.time; };
  const auto [first, last] = std::minmax_element(batch_.begin(), batch_.end(), earlier);
  const core::SimTime start = first->time;
  const auto span = static_cast<std::uint64_t>((last->time - start).count());
  const int shift = std::max(
      static_cast<int>(std::bit_width(span)) - static_cast<int>(std::bit_width(batch_.size())), 0);
  const auto bucket_of = [start, shift](const Arrival& arrival) {
    return static_cast<std::uint64_t>((arrival.time - start).count()) >> shift;
  };
  bucket_ends_.assign((span >> shift) + 2, 0);
  for (const Arrival& arrival : batch_) {
    ++bucket_ends_[bucket_of(arrival) + 1];
  }
  std::partial_sum(bucket_ends_.begin(), bucket_ends_.end(), bucket_ends_.begin());
  sorted_.resize(batch_.size());
  for (const Arrival& arrival : batch_) {
    sorted_[bucket_ends_[bucket_of(arrival)]++] = arrival;
  }
  std::ptrdiff_t begin = 0;
  for (std::size_t bucket = 0; bucket + 1 < bucket_ends_.size(); ++bucket) {
    const auto end = static_cast<std::ptrdiff_t>(bucket_ends_[bucket]);
    if (end - begin > 1) {
      std::sort(sorted_.begin() + begin, sorted_.begin() + end, comes_before);
    }
    begin = end;
  }
  batch_.swap(sorted_);
}

}  // namespace lambdasim::engine
