// What single steps do in a run that goes step by step: requests to backends, files in /tmp, the
// network.
#pragma once

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::do_step(std::uint32_t index, const Step& step,
                                               core::SimTime now) {
  Run& run = runs_[index];
  const FunctionSetup& function = *function_of(run).setup;
  const core::InvocationNumbers numbers{run.top().numbers};
  switch (step.kind) {
    case StepKind::kUse:
      return use(index, step, now);
    case StepKind::kRequest:
      return request(index, step, now);
    case StepKind::kFetch:
      return fetch(run, step);
    case StepKind::kTransfer: {
      core::KeyedEngine engine = numbers.engine(step.purpose);
      run.state.elapsed += step.time.sample_duration(engine);
      run.state.elapsed += contexts_.holdings(run.slot).tmp.transfer(function.storage.network,
                                                                     step.bytes, run.time());
      return Did::kDone;
    }
    case StepKind::kRead:
      run.state.elapsed += time_of_bytes(step.bytes, function.storage.read_bytes_per_s);
      return Did::kDone;
    case StepKind::kWrite:
    case StepKind::kKeep:
      return write(run, step);
    case StepKind::kCall:
      return call(index, step, now);
    case StepKind::kSend:
      return send(index, step, now);
    default:
      if (run.role == Role::kStrand && is_work(step)) {
        return work(index, step, now);
      }
      Evaluator::run_step(step, numbers, run.call.recorded, *run.cpu, run.state);
      return Did::kDone;
  }
}

/// A request: within the rate, then its turn, of a proxy also the turn behind it, then served.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::request(std::uint32_t index, const Step& step,
                                               core::SimTime now) {
  Run& run = runs_[index];
  const Backend& backend = backends_.setup(step.backend);
  BackendTotals& totals = backends_.totals(step.backend);
  const auto behind = backend.proxy_of;
  const bool waits_behind = behind && backends_.setup(*behind).parallel != kUnlimited;
  const bool is_shared = backend.per_second > 0 || backend.parallel != kUnlimited || waits_behind;
  if (is_shared && run.time() > now) {
    return sleep(index);
  }
  if (run.asking == Asking::kNotYet) {
    if (run.tries == 0 && measures(run)) {
      ++totals.requests;
    }
    if (!backends_.is_within_rate(step.backend, now)) {
      return throttled(index, step);
    }
    run.tries = 0;
    run.asking = Asking::kInRate;
  }
  if (run.asking == Asking::kInRate && backend.parallel != kUnlimited) {
    if (const Did did = turn(index, step.backend, now); did != Did::kDone) {
      return did;
    }
    run.has_front_turn = waits_behind;
  }
  run.asking = Asking::kHasTurn;
  if (waits_behind) {
    if (const Did did = turn(index, *behind, now); did != Did::kDone) {
      return did;
    }
  }
  run.asking = Asking::kNotYet;
  run.has_front_turn = false;
  core::KeyedEngine engine = core::InvocationNumbers{run.top().numbers}.engine(step.purpose);
  const core::Duration service = step.time.sample_duration(engine);
  if (measures(run)) {
    totals.service += service;
    ++totals.served_of[contexts_[run.slot].function.value];
  }
  if (backend.parallel != kUnlimited) {
    events_.push(now + service, EventKind::kServed, step.backend.value);
  }
  if (waits_behind) {
    events_.push(now + service, EventKind::kServed, behind->value);
  }
  run.state.elapsed += service;
  return Did::kDone;
}

/// Beyond the rate: tried again, after a while that doubles each time.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::throttled(std::uint32_t index, const Step& step) {
  Run& run = runs_[index];
  const Backend& backend = backends_.setup(step.backend);
  BackendTotals& totals = backends_.totals(step.backend);
  const bool counts = measures(run);
  totals.throttled += counts ? 1 : 0;
  if (++run.tries >= backend.attempts) {
    run.tries = 0;
    totals.throttled_out += counts ? 1 : 0;
    return Did::kFailed;
  }
  const core::InvocationNumbers numbers{run.top().numbers};
  run.state.elapsed += doubled(backend.backoff, run.tries,
                               numbers.attempt(run.tries + 1).engine(core::Purpose::kBackoff));
  return run.state.elapsed > run.limit ? Did::kChanged : sleep(index);
}

/// @return kDone when it is its turn
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::turn(std::uint32_t index, core::BackendId backend,
                                            core::SimTime now) {
  Run& run = runs_[index];
  if (run.is_granted) {
    run.is_granted = false;
    return Did::kDone;
  }
  if (backends_.has_turn(backend)) {
    backends_.take_turn(backend, now);
    return Did::kDone;
  }
  if (backends_.measures(now)) {
    ++backends_.totals(backend).queued;
  }
  return wait(index, Waits::kTurn, backend, backends_.setup(backend).queue_wait, now);
}

/// The file is in /tmp, or is brought: as fast as the network gives it and the disk takes it.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::fetch(Run& run, const Step& step) {
  const core::FunctionId id = contexts_[run.slot].function;
  const Storage& storage = function_of(run).setup->storage;
  const File& file = storage.files[step.file.value];
  TmpFiles& tmp = contexts_.holdings(run.slot).tmp;
  StorageTotals& totals = storage_[id.value];
  const std::uint64_t counts = measures(run) ? 1 : 0;
  const core::InvocationNumbers numbers{run.top().numbers};
  const double drawn = numbers.engine(file.purpose).uniform();
  const auto variant = static_cast<std::uint32_t>(
      std::upper_bound(file.shares.begin(), file.shares.end() - 1, drawn) - file.shares.begin());
  if (tmp.find(step.file.value, variant, run.time())) {
    totals.hits += counts;
    return Did::kDone;
  }
  const int removed = tmp.make_room(storage, file.bytes);
  if (removed < 0) {
    totals.full += counts;
    return Did::kFailed;
  }
  totals.evicted += counts * static_cast<std::uint64_t>(removed);
  totals.misses += counts;
  totals.fetched_bytes += counts * static_cast<std::uint64_t>(file.bytes);
  core::KeyedEngine engine = numbers.engine(step.purpose);
  run.state.elapsed += file.latency.sample_duration(engine);
  run.state.elapsed += std::max(tmp.transfer(storage.network, file.bytes, run.time()),
                                time_of_bytes(file.bytes, storage.write_bytes_per_s));
  if (run.state.elapsed > run.limit) {
    return Did::kDone;  // it is cut short: there is no file
  }
  tmp.put(step.file.value, variant, file.bytes, run.time());
  totals.peak_bytes = std::max(totals.peak_bytes, tmp.used());
  return Did::kDone;
}

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::write(Run& run, const Step& step) {
  const Storage& storage = function_of(run).setup->storage;
  StorageTotals& totals = storage_[contexts_[run.slot].function.value];
  TmpFiles& tmp = contexts_.holdings(run.slot).tmp;
  const int removed = tmp.make_room(storage, step.bytes);
  if (removed < 0) {
    totals.full += measures(run) ? 1 : 0;
    return Did::kFailed;
  }
  totals.evicted += measures(run) ? static_cast<std::uint64_t>(removed) : 0;
  tmp.write(step.bytes);
  whole(run).scratch += step.kind == StepKind::kWrite ? step.bytes : 0;
  totals.peak_bytes = std::max(totals.peak_bytes, tmp.used());
  run.state.elapsed += time_of_bytes(step.bytes, storage.write_bytes_per_s);
  return Did::kDone;
}

}  // namespace lambdasim::engine
