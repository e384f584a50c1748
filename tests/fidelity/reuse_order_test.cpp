// Which contexts an even load keeps in use, and in which order they are taken: the CloudWatch logs
// of eight rates against the same calls replayed. A log stream is one execution context.
//
// Lin, Ma, Shahrad, EuroSys 2026, dataset/concurrency_models/aws_logs: 120 s at each rate.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

namespace fs = std::filesystem;

const fs::path kLogs = fs::path{LAMBDASIM_SOURCE_DIR} / "../shared/data/cloudwatch";

struct Call {
  Duration start{0};
  Duration duration{0};
  std::string context;
  bool is_cold = false;
};

std::string between(const std::string& text, const std::string& before, char after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) {
    return "";
  }
  const std::size_t from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

/// Calls with both a START and a REPORT line, by start, the first one at 0.
std::vector<Call> calls_in(const fs::path& file) {
  std::map<std::string, Call> by_request;
  std::ifstream stream{file};
  for (const auto& event : nlohmann::json::parse(stream)) {
    const std::string message = event["message"];
    if (message.starts_with("START")) {
      Call& call = by_request[between(message, "RequestId: ", ' ')];
      call.start = std::chrono::milliseconds{event["timestamp"].get<std::int64_t>()};
      call.context = event["logStreamName"];
    } else if (message.starts_with("REPORT")) {
      Call& call = by_request[between(message, "RequestId: ", '\t')];
      call.duration =
          core::duration_of_nanoseconds(1e6 * std::stod(between(message, "\tDuration: ", ' ')));
      call.is_cold = message.find("Init Duration") != std::string::npos;
    }
  }
  std::vector<Call> calls;
  for (auto& [request, call] : by_request) {
    if (!call.context.empty() && call.duration > Duration{0}) {
      calls.push_back(std::move(call));
    }
  }
  std::sort(calls.begin(), calls.end(),
            [](const Call& a, const Call& b) { return a.start < b.start; });
  const Duration first = calls.front().start;
  for (Call& call : calls) {
    call.start -= first;
  }
  return calls;
}

std::size_t contexts_of(const std::vector<Call>& calls) {
  std::set<std::string> contexts;
  for (const Call& call : calls) {
    contexts.insert(call.context);
  }
  return contexts.size();
}

struct Choices {
  std::size_t all = 0;          ///< calls that found several contexts reusable
  std::size_t most_recent = 0;  ///< of them, served by the one whose last call ended last
};

/// @param reusable_after since the end of a call, surely
Choices choices_in(const std::vector<Call>& calls, Duration reusable_after) {
  Choices choices;
  std::map<std::string, Duration> ended;
  for (const Call& call : calls) {
    std::vector<std::pair<Duration, std::string>> reusable;
    for (const auto& [context, end] : ended) {
      if (end + reusable_after <= call.start) {
        reusable.emplace_back(end, context);
      }
    }
    if (reusable.size() > 1 && !call.is_cold) {
      ++choices.all;
      choices.most_recent +=
          std::max_element(reusable.begin(), reusable.end())->second == call.context ? 1 : 0;
    }
    ended[call.context] = call.start + call.duration;
  }
  return choices;
}

/// The same calls, with the return delay that the paper measured.
engine::Setup replay_of(const std::vector<Call>& calls, std::uint32_t warm) {
  engine::FunctionSetup function = plain_function(0ms);
  function.handler[0].kind = engine::StepKind::kWaitRecorded;
  function.return_delay = Distribution::uniform(4e6, 8e6);
  function.sandbox = constant(80ms);
  function.runtime_init = constant(100ms);
  function.warm_contexts = warm;
  std::vector<ScriptedArrival> arrivals;
  for (const Call& call : calls) {
    arrivals.push_back({call.start, 0, call.duration});
  }
  return setup_of({function}, arrivals, 125s);
}

std::vector<Call> simulated(const engine::Setup& setup, std::uint32_t replication) {
  std::vector<Call> calls;
  for (const engine::InvocationRecord& record : run(setup, {1, replication}).rows.invocations) {
    calls.push_back({record.started() - core::kStartOfTime, record.duration,
                     std::to_string(record.context.value), record.start == engine::Start::kCold});
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const Call& a, const Call& b) { return a.start < b.start; });
  return calls;
}

class EvenRate : public testing::TestWithParam<int> {};

TEST_P(EvenRate, UsesAsManyContextsAsTheLogsShowMostRecentlyUsedFirst) {
  const fs::path file = kLogs / fmt::format("aws_{}_cloudwatch.json", GetParam());
  if (!fs::exists(file)) {
    GTEST_SKIP() << "no measurements: " << file;
  }
  const std::vector<Call> logged = calls_in(file);
  const std::size_t contexts = contexts_of(logged);
  const auto cold =
      std::count_if(logged.begin(), logged.end(), [](const Call& call) { return call.is_cold; });
  // A log has milliseconds, and a context is reusable 4 to 8 ms after its end.
  const Choices real = choices_in(logged, 8ms);
  const auto warm = static_cast<std::uint32_t>(contexts - static_cast<std::size_t>(cold));
  const engine::Setup setup = replay_of(logged, warm);
  std::map<std::size_t, int> used;
  Choices all;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::vector<Call> calls = simulated(setup, i);
    ASSERT_EQ(calls.size(), logged.size());
    ++used[contexts_of(calls)];
    const Choices choices = choices_in(calls, 8ms);
    all.all += choices.all;
    all.most_recent += choices.most_recent;
  }
  fmt::print(
      "{:2} /s: {} calls; {} contexts logged, {} to {} simulated; the most recent one taken in {} "
      "of "
      "{} choices logged, {} of {} simulated\n",
      GetParam(), logged.size(), contexts, used.begin()->first, used.rbegin()->first,
      real.most_recent, real.all, all.most_recent, all.all);
  EXPECT_GE(used.begin()->first + 1, contexts);
  EXPECT_LE(used.rbegin()->first, contexts + 1);
  // The context that became reusable last need not be the one whose call ended last: the paper
  // itself counts 98.6 to 100 %.
  EXPECT_GE(static_cast<double>(real.most_recent), 0.995 * static_cast<double>(real.all));
  EXPECT_GE(static_cast<double>(all.most_recent), 0.975 * static_cast<double>(all.all));
}

INSTANTIATE_TEST_SUITE_P(Logs, EvenRate, testing::Values(1, 2, 4, 5, 6, 8, 12, 15));

}  // namespace
}  // namespace lambdasim::test
