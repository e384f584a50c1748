#include "sim/engine/step_graph.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/check.h"

namespace lambdasim::engine {
namespace {

using core::Duration;

/// Steps by what they are due at, first due first out; of those due together the one that came
/// first. The two arrays are apart because what was just written in parts is slow to read as one.
template <class Due>
class DueSteps {
 public:
  DueSteps() {}  // NOLINT(modernize-use-equals-default): that would fill it
  bool empty() const { return size_ == 0; }
  Due due() const { return dues_[size_ - 1]; }
  std::uint8_t step() const { return steps_[size_ - 1]; }
  void pop() { --size_; }
  void insert(Due due, std::uint8_t step) {
    std::size_t at = size_++;
    for (; at > 0 && dues_[at - 1] <= due; --at) {
      dues_[at] = dues_[at - 1];
      steps_[at] = steps_[at - 1];
    }
    dues_[at] = due;
    steps_[at] = step;
  }

 private:
  std::size_t size_ = 0;
  // What is above the end is never read, so it is not filled.
  std::array<Due, kMostGraphSteps> dues_;
  std::array<std::uint8_t, kMostGraphSteps> steps_;
};

/// The later of two, without a branch: which one it is cannot be foreseen.
Duration later(Duration a, Duration b) {
  return a < b ? b : a;
}

/// Waits concern nobody else, so they are ended as soon as their begin is known, ahead of the
/// clock. The clock is that of the CPU: what works joins it in the order of time.
class GraphRun {
 public:
  GraphRun(const GraphInput& input, const CpuModel& cpu, CpuState& state, MadeResources& made)
      : in_(input),
        steps_(input.program->data()),
        followers_(input.graph->followers.data()),
        first_follower_(input.graph->first.data()),
        cpu_(cpu),
        state_(state),
        made_(made),
        is_full_core_(cpu.is_full_core()),
        end_(state.elapsed) {
    prepare();
  }

  void run() {
    const std::vector<std::uint8_t>& roots = in_.graph->roots;
    begin_ready(std::reverse_copy(roots.begin(), roots.end(), ready_.data()));
    while (!coming_.empty() || !working_.empty()) {
      if (working_.empty()) {
        begin_work();
      } else {
        work();
      }
      while (!coming_.empty() && coming_.due() <= state_.elapsed) {
        const std::uint8_t step = coming_.step();
        coming_.pop();
        join(step);
      }
    }
    state_.elapsed = end_;
  }

 private:
  /// What is known of each step beforehand. All times are drawn at once and in order, which is much
  /// faster than when each is needed.
  void prepare() {
    const std::size_t count = in_.program->size();
    std::copy_n(in_.graph->needed.data(), count, still_needed_.begin());
    std::fill_n(begin_.begin(), count, end_);
    for (std::size_t i = 0; i < count; ++i) {
      const Step& step = steps_[i];
      times_[i] = step.per_item ? time_of_items(step) : time_of(step, in_.numbers);
    }
  }

  /// The next to come has the CPU to itself, to its end or to where other work joins it.
  void begin_work() {
    const std::uint8_t index = coming_.step();
    const Step& step = steps_[index];
    state_.elapsed = coming_.due();
    if (step.kind == StepKind::kUse) [[unlikely]] {
      return;
    }
    coming_.pop();
    const Duration until = coming_.empty() ? Duration::max() : coming_.due();
    const Duration time = times_[index];
    if (step.threads == 1 && is_full_core_ && time <= until - state_.elapsed) {
      state_.elapsed += time;
      end(index, state_.elapsed);
      return;
    }
    const Duration done = cpu_.run_until(state_, time, step.threads, until);
    if (done < time) {
      work_on(index, step, time);
      worked_ = static_cast<double>(done.count()) / threads_;
    } else {
      end(index, state_.elapsed);
    }
  }

  /// To the end of the work that ends first, or to where other work joins it.
  void work() {
    const double due = working_.due();
    const Duration until = coming_.empty() ? Duration::max() : coming_.due();
    const Duration left = core::duration_of_nanoseconds((due - worked_) * threads_);
    const Duration done = cpu_.run_until(state_, left, threads_, until);
    if (done < left) {
      worked_ += static_cast<double>(done.count()) / threads_;
      return;
    }
    const std::uint8_t index = working_.step();
    const Step& step = steps_[index];
    working_.pop();
    threads_ -= step.threads;
    worked_ = working_.empty() ? 0 : due;
    if (step.kind == StepKind::kUse) [[unlikely]] {
      go_on_making(index, step, state_.elapsed);
    } else {
      end(index, state_.elapsed);
    }
  }

  void end(std::uint8_t index, Duration at) { begin_ready(end_one(index, at, ready_.data())); }

  /// Begins the steps of ready_ up to `top`. Waits are over with it.
  void begin_ready(std::uint8_t* top) {
    while (top != ready_.data()) {
      const std::uint8_t index = *--top;
      if (is_wait(steps_[index])) {
        top = end_one(index, begin_[index] + times_[index], top);
      } else {
        coming_.insert(begin_[index], index);
      }
    }
  }

  /// Puts what has only waited for this step on top of what is ready.
  std::uint8_t* end_one(std::uint8_t index, Duration at, std::uint8_t* top) {
    end_ = later(end_, at);
    const std::uint8_t* const first = followers_ + first_follower_[index];
    const std::uint8_t* follower = followers_ + first_follower_[index + 1U];
    while (follower != first) {
      const std::uint8_t next = *--follower;
      begin_[next] = later(begin_[next], at);
      *top = next;
      top += --still_needed_[next] == 0 ? 1 : 0;
    }
    return top;
  }

  void join(std::uint8_t index) {
    const Step& step = steps_[index];
    if (step.kind == StepKind::kUse) [[unlikely]] {
      join_using(index, step);
    } else {
      work_on(index, step, times_[index]);
    }
  }

  void work_on(std::uint8_t index, const Step& step, Duration time) {
    const auto all = static_cast<double>(time.count());
    const double of_each = step.threads == 1 ? all : all / step.threads;
    working_.insert(worked_ + of_each, index);
    threads_ += step.threads;
  }

  void join_using(std::uint8_t index, const Step& step) {
    Making& making = making_[step.resource.value];
    const std::uint32_t bit = std::uint32_t{1} << step.resource.value;
    if ((made_here_ & bit) != 0) {
      end(index, std::max(state_.elapsed, making.made));
    } else if (((made_.kept | made_.temporary) & bit) != 0) {
      end(index, state_.elapsed);
    } else if ((being_made_ & bit) == 0) {
      being_made_ |= bit;
      making = {index, 0, {}};
      go_on_making(index, step, state_.elapsed);
    } else if (making.by == index) {
      const Step& setup = in_.resources[step.resource.value].setup[making.done++];
      work_on(index, setup, time_of(setup, in_.numbers));
    } else {
      until_made_[waiting_++] = index;
    }
  }

  void go_on_making(std::uint8_t index, const Step& step, Duration at) {
    const Resource& resource = in_.resources[step.resource.value];
    Making& making = making_[step.resource.value];
    for (; making.done < resource.setup.size(); ++making.done) {
      const Step& setup = resource.setup[making.done];
      if (!is_wait(setup)) {
        coming_.insert(at, index);
        return;
      }
      at += time_of(setup, in_.numbers);
    }
    const std::uint32_t bit = std::uint32_t{1} << step.resource.value;
    (resource.where == Where::kInsideHandler ? made_.temporary : made_.kept) |= bit;
    made_here_ |= bit;
    making.made = at;
    end(index, at);
    let_others_use(step.resource, at);
  }

  void let_others_use(core::ResourceId resource, Duration at) {
    const std::size_t all = std::exchange(waiting_, 0);
    for (std::size_t i = 0; i < all; ++i) {
      const std::uint8_t index = until_made_[i];
      if (steps_[index].resource == resource) {
        end(index, at);
      } else {
        until_made_[waiting_++] = index;
      }
    }
  }

  /// Whether it only takes its time.
  static bool is_wait(const Step& step) { return !is_work(step) && step.kind != StepKind::kUse; }

  [[gnu::always_inline]] Duration time_of(const Step& step,
                                          const core::InvocationNumbers& numbers) const {
    if (step.kind == StepKind::kWaitRecorded || step.kind == StepKind::kCpuRecorded) {
      return in_.recorded;
    }
    core::KeyedEngine engine = numbers.engine(step.purpose);
    return step.time.sample_duration(engine);
  }

  /// The same numbers as in a row.
  Duration time_of_items(const Step& step) const {
    Duration sum{0};
    std::uint64_t key = in_.numbers.key();
    for (std::uint16_t item = 0; item < in_.items; ++item) {
      sum += time_of(step, core::InvocationNumbers{key});
      key = core::mix64(key + core::KeyedEngine::kGolden);
    }
    return sum;
  }

  /// A resource that a step makes.
  struct Making {
    std::uint8_t by;
    std::size_t done;  // steps of its setup
    Duration made;     // when it is there, once that is known
  };

  const GraphInput& in_;
  const Step* steps_;
  const std::uint8_t* followers_;
  const std::uint16_t* first_follower_;
  const CpuModel& cpu_;
  CpuState& state_;
  MadeResources& made_;
  bool is_full_core_;
  Duration end_;               // of all steps so far
  double worked_ = 0;          // CPU time that each thread has had since work last began
  std::uint32_t threads_ = 0;  // of all that are at work
  std::uint32_t being_made_ = 0;
  std::uint32_t made_here_ = 0;
  DueSteps<Duration> coming_;  // have to do with the CPU or with resources
  DueSteps<double> working_;   // due at the CPU time that each thread at work has had
  std::size_t waiting_ = 0;    // of until_made_
  std::array<std::uint8_t, kMostGraphSteps> until_made_;    // use what another step makes
  std::array<std::uint8_t, kMostGraphSteps + 1> ready_;     // a stack; one more is written ahead
  std::array<Duration, kMostGraphSteps> begin_;             // by step, of what ended before it
  std::array<Duration, kMostGraphSteps> times_;             // by step
  std::array<std::uint8_t, kMostGraphSteps> still_needed_;  // by step
  std::array<Making, kMostResources> making_;               // by resource
};

}  // namespace

StepGraph compile_graph(std::span<const std::vector<std::size_t>> needs) {
  LAMBDASIM_CHECK(needs.size() <= kMostGraphSteps, "the program of a graph");
  std::vector<std::vector<std::uint8_t>> followers(needs.size());
  StepGraph graph;
  for (std::size_t step = 0; step < needs.size(); ++step) {
    const auto index = static_cast<std::uint8_t>(step);
    graph.needed.push_back(static_cast<std::uint8_t>(needs[step].size()));
    if (needs[step].empty()) {
      graph.roots.push_back(index);
    }
    for (const std::size_t needed : needs[step]) {
      followers[needed].push_back(index);
    }
  }
  for (const std::vector<std::uint8_t>& of_step : followers) {
    graph.first.push_back(static_cast<std::uint16_t>(graph.followers.size()));
    graph.followers.insert(graph.followers.end(), of_step.begin(), of_step.end());
  }
  graph.first.push_back(static_cast<std::uint16_t>(graph.followers.size()));
  return graph;
}

void run_graph(const GraphInput& input, const CpuModel& cpu, CpuState& state, MadeResources& made) {
  GraphRun(input, cpu, state, made).run();
}

}  // namespace lambdasim::engine
