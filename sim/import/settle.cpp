#include "sim/import/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/lifecycle/snap_start.h"

namespace lambdasim::import {
namespace {

constexpr long kUsualConcurrency = 1000;  // Lambda quotas, of an account and region
constexpr long kKeptUnreserved = 100;     // AWS Lambda developer guide, reserved concurrency

std::string text_of(const Function& function, std::string_view key, std::string otherwise) {
  for (const auto& [name, value] : function.settings) {
    if (name == key) {
      return value.text;
    }
  }
  return otherwise;
}

/// Why SnapStart does not hold for the function; empty if it does.
std::string why_no_snap_start(const Function& function) {
  const std::string runtime = text_of(function, "runtime", "");
  const std::string storage = text_of(function, "ephemeral_storage", "512 MB");
  long storage_mb = 0;
  std::from_chars(storage.data(), storage.data() + storage.size(), storage_mb);
  if (const auto why =
          models::snap_start_excluded(runtime, text_of(function, "package", "zip"), storage_mb)) {
    return "SnapStart " + *why;
  }
  if (!models::snap_start_restore(runtime)) {
    return fmt::format("no restore durations of {} are known", runtime);
  }
  if (function.provisioned > 0) {
    return "SnapStart and provisioned concurrency exclude each other";
  }
  return function.is_published ? "" : "SnapStart holds for published versions, and none is here";
}

/// What is reserved but not known is at least what is provisioned of it.
void settle_reserved(Function& function, Findings& findings) {
  if (function.reserved < 0 || function.provisioned <= function.reserved) {
    return;
  }
  for (auto& [key, value] : function.settings) {
    if (key == "reserved_concurrency" && !value.fill_in.empty()) {
      function.reserved = function.provisioned;
      value.text = fmt::format("{}", function.reserved);
      return;
    }
  }
  findings.errors.report(
      function.where, function.path,
      fmt::format("{} provisioned contexts are more than the {} that are reserved",
                  function.provisioned, function.reserved));
}

void settle_function(Function& function, Findings& findings) {
  if (function.provisioned_value) {
    function.settings.emplace_back("provisioned.concurrency", *function.provisioned_value);
  }
  settle_reserved(function, findings);
  if (function.snap_start) {
    const std::string why = why_no_snap_start(function);
    if (why.empty()) {
      function.settings.emplace_back("snap_start", *function.snap_start);
    } else {
      config::Location where = function.where;
      where.line = function.snap_start->line;
      findings.missed.report(where, function.path + ".SnapStart", why);
    }
  }
  if (function.front) {
    function.settings.emplace_back("front", *function.front);
  }
}

void size_account(Stack& stack) {
  long reserved = 0;
  long provisioned = 0;  // out of what is not reserved
  for (const Function& function : stack.functions) {
    reserved += std::max(function.reserved, 0L);
    provisioned += function.reserved < 0 ? function.provisioned : 0;
  }
  const long needed = reserved + std::max(provisioned, kKeptUnreserved);
  if (needed > kUsualConcurrency) {
    stack.account_concurrency =
        Value{fmt::format("{}", needed), 0,
              "the account's quota; this is the least that the functions ask for", ""};
  }
}

}  // namespace

void settle(Stack& stack, Findings& findings) {
  for (Function& function : stack.functions) {
    settle_function(function, findings);
    const bool is_invoked =
        std::any_of(stack.sources.begin(), stack.sources.end(),
                    [&](const Source& source) { return source.function == function.id; });
    if (!is_invoked) {
      stack.add_call(function, function.where, "nothing in the template invokes it");
    }
  }
  // Workloads stand in the order of their functions, whatever the order of resources.
  const auto number_of = [&stack](const Source& source) {
    return std::find_if(stack.functions.begin(), stack.functions.end(),
                        [&](const Function& function) { return function.id == source.function; }) -
           stack.functions.begin();
  };
  std::stable_sort(
      stack.sources.begin(), stack.sources.end(),
      [&](const Source& left, const Source& right) { return number_of(left) < number_of(right); });
  size_account(stack);
}

}  // namespace lambdasim::import
