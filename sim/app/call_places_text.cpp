// What is said of places of concurrency that chains of calls hold.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/app/call_places.h"
#include "sim/app/design_lines.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

std::string count_text(double count) {
  return format_count(static_cast<std::uint64_t>(count));
}

std::string path_text(const engine::Setup& setup, const std::vector<core::FunctionId>& path) {
  std::vector<std::string> names;
  for (const core::FunctionId function : path) {
    names.push_back(setup.functions[function.value].name);
  }
  return fmt::format("{}", fmt::join(names, " -> "));
}

/// `the account's 1,000 places`.
std::string pool_text(const engine::Setup& setup, const PlacePool& pool) {
  const std::string places = format_count(static_cast<std::uint64_t>(pool.limit));
  const char* plural = pool.limit == 1 ? "" : "s";
  if (pool.owner) {
    return fmt::format("the {} place{} reserved for {}", places, plural,
                       setup.functions[pool.owner->value].name);
  }
  return pool.limit == setup.account_concurrency
             ? fmt::format("the account's {} place{}", places, plural)
             : fmt::format("the account's {} unreserved place{}", places, plural);
}

std::string reason_text(const engine::Setup& setup, const RefusedCall& refused) {
  if (refused.pool.limit == 0) {
    return fmt::format("the concurrency reserved for {} is 0",
                       setup.functions[refused.pool.owner->value].name);
  }
  const std::string pool = pool_text(setup, refused.pool);
  const std::int64_t left = refused.pool.limit - refused.held;
  if (left <= 0) {
    return fmt::format("{} {} all of {}", refused.path.size() == 2 ? "its caller" : "its callers",
                       refused.path.size() == 2 ? "holds" : "hold", pool);
  }
  const std::uint32_t attempts = refused.call.attempts;
  const std::string of_those =
      refused.held == 0 ? "" : format_count(static_cast<std::uint64_t>(left)) + " of ";
  return fmt::format("{} calls at once find at most {}{}{}", format_count(refused.call.times),
                     of_those, pool,
                     attempts == 1 ? ", and are not tried again"
                                   : fmt::format(" in each of {} attempts", attempts));
}

/// Where a limit stands in the scenario.
struct Place {
  config::Location where;
  std::string path;
};

Place place_of(config::ObjectReader& root, const engine::Setup& setup, const PlacePool& pool) {
  const config::Node* owner = root.peek(pool.owner ? "functions" : "account");
  std::string path = "account";
  std::string_view key = "concurrency";
  if (pool.owner && owner != nullptr) {
    const std::string& name = setup.functions[pool.owner->value].name;
    owner = owner->find(name);
    path = "functions." + name;
    key = "reserved_concurrency";
  }
  const config::Node* limit = owner == nullptr ? nullptr : owner->find(key);
  return {limit == nullptr ? root.where("functions") : limit->where,
          fmt::format("{}.{}", path, key)};
}

}  // namespace

void check_call_places(config::ObjectReader& root, const Design& design,
                       config::Diagnostics& diagnostics, Warnings& warnings) {
  for (const RefusedCall& refused : refused_calls(design)) {
    const Place place = place_of(root, design.setup, refused.pool);
    const std::string chain = path_text(design.setup, refused.path);
    const std::string reason = reason_text(design.setup, refused);
    if (refused.is_certain && refused.pool.limit > 0) {
      diagnostics.report(place.where, place.path,
                         fmt::format("no execution of {} can succeed: {}", chain, reason));
    } else {
      warnings.add(place.where, place.path,
                   fmt::format("the last call of {} is always refused: {}", chain, reason));
    }
  }
}

std::string call_places_text(const Scenario& scenario) {
  DesignLines lines;
  for (const Design& design : scenario.designs) {
    for (const PossibleDeadlock& deadlock : possible_deadlocks(design)) {
      const bool is_alone = deadlock.executions == 1;
      lines.add(
          path_text(design.setup, deadlock.path), design.name,
          fmt::format("an execution holds up to {} place{} while it calls; {} can hold all of "
                      "{} and wait for {}: a deadlock",
                      count_text(deadlock.held), deadlock.held == 1 ? "" : "s",
                      is_alone ? "one alone" : count_text(deadlock.executions) + " at once",
                      pool_text(design.setup, deadlock.pool), is_alone ? "itself" : "each other"));
    }
  }
  return lines.text(scenario.designs.size());
}

}  // namespace lambdasim::app
