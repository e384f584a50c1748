#include <algorithm>
#include <queue>
#include <set>

#include "sim/calibrate/seen.h"

namespace lambdasim::calibrate {
namespace {

// A context is surely reusable 8 ms after its call ended: see `return delay` in docs/model.md.
constexpr double kReusableAfterUs = 8000;

/// Looks at the calls in order of their begin and remembers when each context was last busy.
class Watcher {
 public:
  Watcher(const FunctionLog& log, ContextsSeen& seen)
      : log_(log),
        seen_(seen),
        origin_us_(log.calls.front().start_us),
        ended_us_(log.contexts.size(), -1),
        is_lost_(log.contexts.size(), 0) {
    seen_.contexts.resize(log.contexts.size());
    open_timeline();
  }

  void watch() {
    for (const Call& call : log_.calls) {
      take_ended(static_cast<double>(call.start_us));
      choose(call);
      if (call.is_cold()) {
        lose_idle(call);
      }
      use(call);
    }
    for (std::size_t i = 0; i < bins_used_.size(); ++i) {
      std::sort(bins_used_[i].begin(), bins_used_[i].end());
      const auto end = std::unique(bins_used_[i].begin(), bins_used_[i].end());
      seen_.timeline[i].contexts = static_cast<std::uint32_t>(end - bins_used_[i].begin());
    }
  }

 private:
  void open_timeline() {
    constexpr std::size_t kBins = 12;
    double end = static_cast<double>(origin_us_);
    for (const Call& call : log_.calls) {
      end = std::max(end, call.end_us());
    }
    bin_us_ = std::max((end - static_cast<double>(origin_us_)) / kBins, 1.0);
    bins_used_.resize(kBins);
    for (std::size_t i = 0; i < kBins; ++i) {
      seen_.timeline.push_back({static_cast<double>(i) * bin_us_ / 1e6});
    }
  }

  double since_origin_us(double us) const { return us - static_cast<double>(origin_us_); }

  void take_ended(double now) {
    while (!busy_.empty() && busy_.top() <= now) {
      busy_.pop();
    }
  }

  /// A call that found several contexts reusable: did it get the one that was used last?
  void choose(const Call& call) {
    const double until = static_cast<double>(call.start_us) - kReusableAfterUs;
    const auto after = idle_.upper_bound({until, kNoContext});
    if (call.is_cold() || after == idle_.begin() || std::prev(after) == idle_.begin()) {
      return;
    }
    ++seen_.choices;
    seen_.most_recent += std::prev(after)->second == call.context ? 1 : 0;
  }

  /// A cold start: whatever was idle when it was asked for must have been gone.
  void lose_idle(const Call& call) {
    const float waited = call.init_ms == call.init_ms ? call.init_ms : call.restore_ms;
    const double asked = static_cast<double>(call.start_us) - 1000.0 * waited;
    constexpr double kSurelyUs = 1e6;  // else it may just not have been back in the pool
    while (!idle_.empty() && idle_.begin()->first < asked - kSurelyUs) {
      const auto [ended, context] = *idle_.begin();
      idle_.erase(idle_.begin());
      is_lost_[context] = 1;
      lost_idle_s_.emplace_back(context, (asked - ended) / 1e6);
    }
  }

  void use(const Call& call) {
    ContextSeen& context = seen_.contexts[call.context];
    const auto start = static_cast<double>(call.start_us);
    if (context.calls == 0) {
      context.first_s = since_origin_us(start) / 1e6;
      context.began_warm = !call.is_cold();
      if (context.began_warm) {
        ++(context.first_s <= ContextsSeen::kStart ? seen_.warm_at_start : seen_.proactive);
      }
    } else {
      const double gap_s = (start - ended_us_[call.context]) / 1e6;
      seen_.longest_survived_s = std::max(seen_.longest_survived_s, gap_s);
      ++seen_.gaps;
    }
    ++context.calls;
    is_lost_[call.context] = 0;
    idle_.erase({ended_us_[call.context], call.context});
    ended_us_[call.context] = call.end_us();
    idle_.insert({ended_us_[call.context], call.context});
    context.last_s = since_origin_us(call.end_us()) / 1e6;
    busy_.push(call.end_us());
    const auto busy = static_cast<std::uint32_t>(busy_.size());
    seen_.most_busy = std::max(seen_.most_busy, busy);
    const auto bin =
        std::min(static_cast<std::size_t>(since_origin_us(start) / bin_us_), bins_used_.size() - 1);
    TimelineBin& shown = seen_.timeline[bin];
    ++shown.calls;
    shown.cold += call.is_cold() ? 1 : 0;
    shown.most_busy = std::max(shown.most_busy, busy);
    note_used(bin, call.context);
  }

  void note_used(std::size_t bin, std::uint32_t context) {
    std::vector<std::uint32_t>& used = bins_used_[bin];
    if (used.empty() || used.back() != context) {
      used.push_back(context);
      constexpr std::size_t kCompact = 4096;
      if (used.size() % kCompact == 0) {
        std::sort(used.begin(), used.end());
        used.erase(std::unique(used.begin(), used.end()), used.end());
      }
    }
  }

 public:
  /// Bounds of contexts that never came back; one that did was only passed over.
  void settle_lost() {
    for (const auto& [context, idle_s] : lost_idle_s_) {
      if (is_lost_[context] != 0) {
        ++seen_.lost;
        seen_.shortest_lost_s = std::min(seen_.shortest_lost_s.value_or(idle_s), idle_s);
      }
    }
  }

 private:
  const FunctionLog& log_;
  ContextsSeen& seen_;
  std::int64_t origin_us_;
  double bin_us_ = 1;
  std::vector<double> ended_us_;
  std::vector<std::uint8_t> is_lost_;
  std::set<std::pair<double, std::uint32_t>> idle_;  // by the end of the last call; busy ones, too
  std::vector<std::pair<std::uint32_t, double>> lost_idle_s_;
  std::priority_queue<double, std::vector<double>, std::greater<>> busy_;
  std::vector<std::vector<std::uint32_t>> bins_used_;
};

}  // namespace

ContextsSeen contexts_of(const FunctionLog& log) {
  ContextsSeen seen;
  Watcher watcher{log, seen};
  watcher.watch();
  watcher.settle_lost();
  return seen;
}

}  // namespace lambdasim::calibrate
