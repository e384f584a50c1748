#include "sim/engine/step_graph.h"

#include <algorithm>
#include <array>

#include "sim/core/check.h"

namespace lambdasim::engine {
namespace {

using core::Duration;

/// A small stack on the spot. What is above its end is never read, so it is not filled.
template <class T>
class Stack {
 public:
  Stack() {}  // NOLINT(modernize-use-equals-default): that would fill it
  bool empty() const { return size_ == 0; }
  const T& top() const { return items_[size_ - 1]; }
  void push(T item) { items_[size_++] = item; }
  T pop() { return items_[--size_]; }
  /// Keeps the stack in order, with the item that is due first on top.
  void insert(T item) {
    std::size_t at = size_++;
    for (; at > 0 && items_[at - 1].due <= item.due; --at) {
      items_[at] = items_[at - 1];
    }
    items_[at] = item;
  }

 private:
  std::size_t size_ = 0;
  std::array<T, kMostGraphSteps> items_;
};

/// A step that has to do with the CPU or with resources, from the moment that it may begin.
struct Coming {
  Duration due;
  std::uint8_t step;
};

struct Working {
  double due;  // of the CPU time that each thread at work has had
  std::uint32_t threads;
  std::uint8_t step;
};

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
        made_(made) {
    const std::vector<std::uint8_t>& needed = input.graph->needed;
    std::copy(needed.begin(), needed.end(), still_needed_.begin());
    std::fill_n(begin_.begin(), needed.size(), state.elapsed);
    end_ = state.elapsed;
    draw_times();
  }

  void run() {
    const std::vector<std::uint8_t>& roots = in_.graph->roots;
    std::for_each(roots.rbegin(), roots.rend(), [this](std::uint8_t step) { ready_.push(step); });
    for (begin_ready(); !working_.empty() || !coming_.empty(); begin_ready()) {
      if (working_.empty()) {
        state_.elapsed = coming_.top().due;
      } else {
        work();
      }
      while (!coming_.empty() && coming_.top().due <= state_.elapsed) {
        join(coming_.pop().step);
      }
    }
    state_.elapsed = end_;
  }

 private:
  /// All at once and in order, which is much faster than when each is needed.
  void draw_times() {
    for (std::size_t i = 0; i < in_.program->size(); ++i) {
      const Step& step = steps_[i];
      times_[i] = step.per_item ? time_of_items(step) : time_of(step, in_.numbers);
    }
  }

  /// To the end of the work that ends first, or to where other work joins it.
  void work() {
    const Working next = working_.top();
    const Duration until = coming_.empty() ? Duration::max() : coming_.top().due;
    const Duration left = core::duration_of_nanoseconds((next.due - worked_) * threads_);
    const Duration done = cpu_.run_until(state_, left, threads_, until);
    if (done < left) {
      worked_ += static_cast<double>(done.count()) / threads_;
      return;
    }
    working_.pop();
    threads_ -= next.threads;
    worked_ = working_.empty() ? 0 : next.due;
    const Step& step = steps_[next.step];
    if (step.kind == StepKind::kUse) [[unlikely]] {
      go_on_making(next.step, step, state_.elapsed);
    } else {
      end(next.step, state_.elapsed);
    }
  }

  void begin_ready() {
    while (!ready_.empty()) {
      const std::uint8_t index = ready_.pop();
      const Step& step = steps_[index];
      if (is_wait(step)) {
        end(index, begin_[index] + times_[index]);
      } else if (begin_[index] <= state_.elapsed) {
        join(index);
      } else {
        coming_.insert({begin_[index], index});
      }
    }
  }

  void end(std::uint8_t index, Duration at) {
    end_ = std::max(end_, at);
    const std::uint8_t* const first = followers_ + first_follower_[index];
    const std::uint8_t* follower = followers_ + first_follower_[index + 1U];
    while (follower != first) {
      const std::uint8_t next = *--follower;
      begin_[next] = std::max(begin_[next], at);
      if (--still_needed_[next] == 0) {
        ready_.push(next);
      }
    }
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
    working_.insert({worked_ + of_each, step.threads, index});
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
      until_made_.push(index);
    }
  }

  void go_on_making(std::uint8_t index, const Step& step, Duration at) {
    const Resource& resource = in_.resources[step.resource.value];
    Making& making = making_[step.resource.value];
    for (; making.done < resource.setup.size(); ++making.done) {
      const Step& setup = resource.setup[making.done];
      if (!is_wait(setup)) {
        coming_.insert({at, index});
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
    Stack<std::uint8_t> of_others;
    while (!until_made_.empty()) {
      const std::uint8_t index = until_made_.pop();
      if (steps_[index].resource == resource) {
        end(index, at);
      } else {
        of_others.push(index);
      }
    }
    until_made_ = of_others;
  }

  /// Whether it only takes its time.
  static bool is_wait(const Step& step) {
    return step.kind != StepKind::kCpu && step.kind != StepKind::kCpuRecorded &&
           step.kind != StepKind::kUse;
  }

  Duration time_of(const Step& step, const core::InvocationNumbers& numbers) const {
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
  Duration end_{0};            // of all steps so far
  double worked_ = 0;          // CPU time that each thread has had since work last began
  std::uint32_t threads_ = 0;  // of all that are at work
  std::uint32_t being_made_ = 0;
  std::uint32_t made_here_ = 0;
  Stack<std::uint8_t> ready_;
  Stack<Coming> coming_;
  Stack<Working> working_;
  Stack<std::uint8_t> until_made_;
  std::array<Duration, kMostGraphSteps> times_;             // by step
  std::array<Duration, kMostGraphSteps> begin_;             // by step, of what ended before it
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
