#include "models/arrival/superposition.h"

#include <fmt/format.h>

#include <array>

#include "sim/core/random.h"

namespace lambdasim::models {
namespace {

using core::SimTime;
using engine::Arrival;
using engine::ArrivalProcess;
using engine::ArrivalSource;

constexpr std::array<Parameter, 1> kParameters{{
    {"of", "list of arrival processes, each as under arrivals", "",
     "no default: it is the workload"},
}};

/// One of the processes, with the arrivals that it has given ahead.
struct Part {
  std::unique_ptr<ArrivalSource> source;
  std::vector<Arrival> ahead;
  std::size_t taken = 0;
  SimTime covered = core::kStartOfTime;  ///< everything before has been given
};

/// Merges by a scan of the parts' next times: parts are few. Of two at one time the first of the
/// list comes first.
class MergedSource final : public ArrivalSource {
 public:
  MergedSource(std::vector<Part> parts, bool keeps_recorded, std::uint64_t stream_key)
      : parts_(std::move(parts)), keeps_recorded_(keeps_recorded), stream_key_(stream_key) {}

  SimTime append(SimTime until, std::size_t at_most, std::vector<Arrival>& out) override {
    for (Part& part : parts_) {
      refill(part, until);
    }
    for (std::size_t i = 0; i < at_most; ++i) {
      Part& first = earliest();
      const SimTime time = next_of(first);
      if (time >= until) {
        return until;
      }
      Arrival& arrival = out.emplace_back(first.ahead[first.taken++]);
      arrival.number = number_++;
      arrival.recorded = keeps_recorded_ ? arrival.recorded : core::Duration{-1};
      refill(first, until);
    }
    return std::min(until, next_of(earliest()));
  }

  std::uint64_t stream_key() const override { return stream_key_; }

 private:
  /// The time of a part's next arrival, or one before which none comes.
  static SimTime next_of(const Part& part) {
    return part.taken < part.ahead.size() ? part.ahead[part.taken].time : part.covered;
  }

  static void refill(Part& part, SimTime until) {
    constexpr std::size_t kAhead = 256;
    while (part.taken == part.ahead.size() && part.covered < until) {
      part.ahead.clear();
      part.taken = 0;
      part.covered = part.source->append(until, kAhead, part.ahead);
    }
  }

  Part& earliest() {
    return *std::min_element(parts_.begin(), parts_.end(),
                             [](const Part& a, const Part& b) { return next_of(a) < next_of(b); });
  }

  std::vector<Part> parts_;
  bool keeps_recorded_;
  std::uint64_t stream_key_;
  std::uint64_t number_ = 0;
};

class Superposition final : public ArrivalProcess {
 public:
  Superposition(std::vector<std::shared_ptr<const ArrivalProcess>> processes,
                std::uint64_t stream_key)
      : processes_(std::move(processes)), stream_key_(stream_key) {}

  std::unique_ptr<ArrivalSource> start(engine::RunKey key, std::uint32_t stream) const override {
    std::vector<Part> parts;
    for (const auto& process : processes_) {
      parts.push_back({process->start(key, stream), {}, 0, core::kStartOfTime});
    }
    return std::make_unique<MergedSource>(std::move(parts), records_durations(), stream_key_);
  }

  bool records_durations() const override {
    return std::all_of(processes_.begin(), processes_.end(),
                       [](const auto& process) { return process->records_durations(); });
  }

  /// At most one of them reads a file: read_superposition() sees to that.
  std::string file() const override {
    std::string file;
    for (const auto& process : processes_) {
      file += process->file();
    }
    return file;
  }

 private:
  std::vector<std::shared_ptr<const ArrivalProcess>> processes_;
  std::uint64_t stream_key_;
};

std::shared_ptr<const ArrivalProcess> read_part(config::ObjectReader& item,
                                                const ArrivalContext& context) {
  std::vector<std::string_view> names;
  for (const ArrivalModel& model : arrival_models()) {
    names.push_back(model.about.name);
  }
  const auto name = item.only_key(names);
  if (!name) {
    return nullptr;
  }
  config::ObjectReader parameters = item.object(*name);
  std::shared_ptr<const ArrivalProcess> process;
  for (const ArrivalModel& model : arrival_models()) {
    if (model.about.name == *name) {
      process = model.read(parameters, context);
    }
  }
  parameters.finish();
  return process;
}

}  // namespace

const About kSuperpositionAbout{
    "superposition", "several arrival processes at once, as one stream in order of time",
    "Every arrival of every process of the list, merged by time; at equal times in the order of "
    "the list. Rates add up. Of independent processes so do the variances of counts: the index of "
    "dispersion for counts is the mean of theirs, weighted by their rates. Each process has random "
    "numbers of its own, so its times stay when the list grows at its end; the numbers of the "
    "invocations are those of the merged stream.",
    "Cinlar 1972 (Superposition of point processes, in Stochastic Point Processes, ed. Lewis): of "
    "many sparse ones it approaches Poisson (Palm, Khintchine)",
    kParameters};

std::shared_ptr<const ArrivalProcess> read_superposition(config::ObjectReader& parameters,
                                                         const ArrivalContext& context) {
  std::vector<std::shared_ptr<const ArrivalProcess>> processes;
  std::size_t files = 0;
  bool is_complete = true;
  parameters.each_item("of", true, [&](std::size_t index, config::ObjectReader& item) {
    ArrivalContext own = context;
    own.stream_key = core::mix64(context.stream_key + (index + 1) * core::KeyedEngine::kGolden);
    auto process = read_part(item, own);
    if (process != nullptr && !process->file().empty() && ++files > 1) {
      item.report_here(
          "only one of the processes can be a trace; merge the files, or give each an "
          "entry of its own in the workload");
    }
    is_complete = is_complete && process != nullptr;
    processes.push_back(std::move(process));
  });
  if (processes.empty() || !is_complete) {
    return nullptr;
  }
  return std::make_shared<const Superposition>(std::move(processes), context.stream_key);
}

}  // namespace lambdasim::models
