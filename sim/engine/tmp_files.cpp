#include "sim/engine/tmp_files.h"

#include <algorithm>

namespace lambdasim::engine {

core::Duration time_of_bytes(std::int64_t bytes, double bytes_per_s) {
  return bytes == 0 ? core::Duration{0}
                    : core::duration_of_nanoseconds(static_cast<double>(bytes) * 1e9 / bytes_per_s);
}

void TmpFiles::reset(const Storage& storage) {
  files_.clear();
  used_ = 0;
  first_left_ = storage.network.first_bytes;
  burst_left_ = storage.network.burst_bytes;
  transferred_ = core::kStartOfTime;
}

bool TmpFiles::find(std::uint32_t file, std::uint32_t variant, core::SimTime time) {
  const auto found = std::find_if(files_.begin(), files_.end(), [&](const Stored& stored) {
    return stored.file == file && stored.variant == variant;
  });
  if (found == files_.end()) {
    return false;
  }
  found->used = time;
  return true;
}

int TmpFiles::make_room(const Storage& storage, std::int64_t bytes) {
  int removed = 0;
  while (used_ + bytes > storage.bytes) {
    if (storage.when_full == WhenFull::kError || files_.empty()) {
      return -1;
    }
    const auto oldest =
        std::min_element(files_.begin(), files_.end(),
                         [](const Stored& a, const Stored& b) { return a.used < b.used; });
    used_ -= oldest->bytes;
    files_.erase(oldest);
    ++removed;
  }
  return removed;
}

void TmpFiles::put(std::uint32_t file, std::uint32_t variant, std::int64_t bytes,
                   core::SimTime time) {
  files_.push_back({file, variant, bytes, time});
  used_ += bytes;
}

core::Duration TmpFiles::transfer(const Network& network, std::int64_t bytes, core::SimTime begin) {
  if (begin > transferred_) {
    burst_left_ = network.burst_bytes;
  }
  const std::int64_t fast = std::min(bytes, burst_left_ + first_left_);
  const std::int64_t from_first = std::min(fast, first_left_);
  first_left_ -= from_first;
  burst_left_ -= fast - from_first;
  const core::Duration taken = time_of_bytes(fast, network.burst_bytes_per_s) +
                               time_of_bytes(bytes - fast, network.bytes_per_s);
  transferred_ = begin + taken;
  return taken;
}

}  // namespace lambdasim::engine
