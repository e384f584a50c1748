#include "models/arrival/adapted.h"

#include <algorithm>

#include "sim/core/random.h"

namespace lambdasim::models {
namespace {

using core::SimTime;
using engine::Arrival;
using engine::ArrivalProcess;
using engine::ArrivalSource;
using engine::Route;

/// Applies a change to each batch of the source behind it.
template <class Change>
class ChangedSource final : public ArrivalSource {
 public:
  ChangedSource(std::unique_ptr<ArrivalSource> source, Change change)
      : source_(std::move(source)), change_(std::move(change)) {}

  SimTime append(SimTime until, std::size_t at_most, std::vector<Arrival>& out) override {
    const std::size_t before = out.size();
    const SimTime covered = source_->append(until, at_most, out);
    change_(out, static_cast<std::ptrdiff_t>(before));
    return covered;
  }
  std::uint64_t stream_key() const override { return source_->stream_key(); }

 private:
  std::unique_ptr<ArrivalSource> source_;
  Change change_;
};

/// Passes on what the process behind says of itself.
class Changed : public ArrivalProcess {
 public:
  explicit Changed(std::shared_ptr<const ArrivalProcess> process) : process_(std::move(process)) {}
  bool records_durations() const override { return process_->records_durations(); }
  std::string file() const override { return process_->file(); }

 protected:
  const ArrivalProcess& process() const { return *process_; }

 private:
  std::shared_ptr<const ArrivalProcess> process_;
};

struct Cut {
  SimTime from;
  SimTime to;
  void operator()(std::vector<Arrival>& out, std::ptrdiff_t before) const {
    const auto outside = [this](const Arrival& a) { return a.time < from || a.time >= to; };
    out.erase(std::remove_if(out.begin() + before, out.end(), outside), out.end());
  }
};

class WithinSpan final : public Changed {
 public:
  WithinSpan(std::shared_ptr<const ArrivalProcess> process, Cut cut)
      : Changed(std::move(process)), cut_(cut) {}
  std::unique_ptr<ArrivalSource> start(engine::RunKey key, std::uint32_t stream) const override {
    return std::make_unique<ChangedSource<Cut>>(process().start(key, stream), cut_);
  }

 private:
  Cut cut_;
};

struct Spread {
  core::RandomStream numbers;
  const std::vector<Route>* routes;
  void operator()(std::vector<Arrival>& out, std::ptrdiff_t before) const {
    for (auto arrival = out.begin() + before; arrival != out.end(); ++arrival) {
      arrival->function = engine::route_of(*routes, numbers.invocation(arrival->number));
    }
  }
};

class Routed final : public Changed {
 public:
  Routed(std::shared_ptr<const ArrivalProcess> process, std::vector<Route> routes)
      : Changed(std::move(process)), routes_(std::move(routes)) {}
  std::unique_ptr<ArrivalSource> start(engine::RunKey key, std::uint32_t stream) const override {
    auto source = process().start(key, stream);
    const core::RandomStream numbers{key.seed, key.replication, source->stream_key()};
    return std::make_unique<ChangedSource<Spread>>(std::move(source), Spread{numbers, &routes_});
  }

 private:
  std::vector<Route> routes_;
};

class NoArrivals final : public ArrivalProcess {
 public:
  explicit NoArrivals(std::uint64_t stream_key) : stream_key_(stream_key) {}
  std::unique_ptr<ArrivalSource> start(engine::RunKey, std::uint32_t) const override {
    return std::make_unique<Source>(stream_key_);
  }

 private:
  class Source final : public ArrivalSource {
   public:
    explicit Source(std::uint64_t stream_key) : stream_key_(stream_key) {}
    SimTime append(SimTime until, std::size_t, std::vector<Arrival>&) override { return until; }
    std::uint64_t stream_key() const override { return stream_key_; }

   private:
    std::uint64_t stream_key_;
  };

  std::uint64_t stream_key_;
};

}  // namespace

std::shared_ptr<const ArrivalProcess> within_span(std::shared_ptr<const ArrivalProcess> process,
                                                  SimTime from, SimTime to) {
  return std::make_shared<const WithinSpan>(std::move(process), Cut{from, to});
}

std::shared_ptr<const ArrivalProcess> routed(std::shared_ptr<const ArrivalProcess> process,
                                             std::vector<Route> routes) {
  return std::make_shared<const Routed>(std::move(process), std::move(routes));
}

std::shared_ptr<const ArrivalProcess> no_arrivals(std::uint64_t stream_key) {
  return std::make_shared<const NoArrivals>(stream_key);
}

}  // namespace lambdasim::models
