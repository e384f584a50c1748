// From the keys of a scenario to times: threads of a step, vCPUs of INIT.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/core/time.h"
#include "sim/engine/evaluate.h"

namespace lambdasim::app {
namespace {

using namespace std::chrono_literals;

const std::string kScenario = std::string{LAMBDASIM_SOURCE_DIR} + "/scenarios/threads.yaml";

std::vector<Override> exact_work(std::vector<Override> more = {}) {
  more.insert(more.begin(), {{"functions.resize.handler.0.wait", "0 ms"},
                             {"functions.resize.handler.1.cpu", "400 ms"},
                             {"functions.resize.runtime_init", "100 ms"},
                             {"functions.resize.call_overhead", "0 ms"},
                             {"cpu", "{proportional: {full_vcpu_at: 1792 MB}}"}});
  return more;
}

engine::FunctionSetup function(const Scenario& scenario, const std::string& design) {
  for (const Design& found : scenario.designs) {
    if (found.name == design) {
      return found.setup.functions.front();
    }
  }
  throw std::invalid_argument(design);
}

core::Duration handler(const engine::FunctionSetup& setup) {
  const engine::Call call{.numbers = core::InvocationNumbers{1}};
  return engine::Evaluator{setup}.handler(call, 0, false, 0ns).duration;
}

core::Duration init(const engine::FunctionSetup& setup) {
  return engine::Evaluator{setup}.init(core::InvocationNumbers{1}).duration;
}

TEST(Threads, StayWhenADesignChangesTheTimeAndGoWithTheCpu) {
  const auto step = [](const std::string& path, const std::string& value) {
    const Scenario scenario =
        read_scenario(kScenario, {{"functions.resize.init.0.threads", "2"}, {path, value}});
    return function(scenario, "3008 MB one").init.front();
  };
  EXPECT_EQ(step("functions.resize.init.0.cpu", "10 ms").threads, 2U);
  EXPECT_EQ(step("functions.resize.init.0", "{cpu: 10 ms, threads: 3}").threads, 3U);
  EXPECT_EQ(step("functions.resize.init.0", "{wait: 10 ms}").kind, engine::StepKind::kWait);
}

// 3008 MB are 1.68 vCPUs: 400 ms x 1792 / 3008.
TEST(Threads, OfAStepDivideItsCpuTimeUpToTheShareOfTheMemory) {
  const Scenario scenario = read_scenario(kScenario, exact_work());
  EXPECT_EQ(handler(function(scenario, "3008 MB one")), 400ms);
  EXPECT_EQ(handler(function(scenario, "3008 MB two")), 238'297'872ns);
  EXPECT_EQ(handler(function(scenario, "1792 MB two")), 400ms);
  EXPECT_EQ(handler(function(scenario, "896 MB one")), 800ms);
  EXPECT_EQ(handler(function(scenario, "896 MB two")), 800ms);
}

TEST(Threads, OfInitRunOnTheVcpusOfInitWhateverTheMemory) {
  const auto init_of = [](std::vector<Override> more) {
    return init(function(read_scenario(kScenario, exact_work(std::move(more))), "896 MB one"));
  };
  EXPECT_EQ(init_of({}), 160ms);
  EXPECT_EQ(init_of({{"lifecycle.init_vcpus", "0.5"}}), 220ms);
  EXPECT_EQ(init_of({{"lifecycle.init_vcpus", "2"}}), 160ms);
  EXPECT_EQ(init_of({{"lifecycle.init_vcpus", "2"}, {"functions.resize.init.0.threads", "2"}}),
            130ms);
  EXPECT_EQ(init_of({{"lifecycle.init_vcpus", "2"}, {"functions.resize.init_vcpus", "0.5"}}),
            220ms);
}

}  // namespace
}  // namespace lambdasim::app
