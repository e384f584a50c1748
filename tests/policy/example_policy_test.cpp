// The example of docs/add_a_policy.md: what the page shows is compiled and tested here.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "tests/policy/catalogue_fixture.h"
#include "tests/support/scripted.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

class LastIdleTime final : public engine::AdaptiveKeepAlive {
 public:
  explicit LastIdleTime(core::Duration at_most) : at_most_(at_most) {}

  engine::KeepPlan plan(const engine::Rest& /*rest*/) override {
    return {.prewarm_after = core::Duration{0}, .keep_for = std::min(longest_ * 2, at_most_)};
  }
  void idle_ended(core::Duration idle) override { longest_ = std::max(longest_ / 2, idle); }

 private:
  core::Duration at_most_;
  core::Duration longest_{std::chrono::minutes{1}};
};

class LastIdleTimeModel final : public engine::AdaptiveKeepAliveModel {
 public:
  explicit LastIdleTimeModel(core::Duration at_most) : at_most_(at_most) {}
  std::unique_ptr<engine::AdaptiveKeepAlive> start(const engine::KeepAliveRun&) const override {
    return std::make_unique<LastIdleTime>(at_most_);
  }

 private:
  core::Duration at_most_;
};

constexpr std::array<Parameter, 1> kLastIdleTimeParameters{{
    {"at_most", "idle time (s) after which every context ends", "1 h", "made up for this page"},
}};

const About kLastIdleTimeAbout{
    "last_idle_time", "keeps a context for twice the longest idle time, which fades",
    "L = min(2 x longest, at_most), where longest halves with every call that came sooner.",
    "made up for this page", kLastIdleTimeParameters};

std::shared_ptr<const engine::KeepAlive> read_last_idle_time(config::ObjectReader& parameters) {
  using namespace std::chrono_literals;
  return std::make_shared<const LastIdleTimeModel>(
      parameters.duration("at_most", 1h, {1s, 24h * 365}));
}

TEST(ExamplePolicy, KeepsForTwiceTheLongestIdleTime) {
  engine::FunctionSetup function = test::plain_function(core::Duration{0});
  function.keep_alive = read_yaml("{at_most: 30 min}", read_last_idle_time);
  const auto output = test::run(test::setup_of({function}, {{0s}, {100s}, {400s}}));
  ASSERT_EQ(output.rows.invocations.size(), 3U);
  EXPECT_EQ(output.rows.invocations[1].start, engine::Start::kWarm);
  EXPECT_EQ(output.rows.invocations[2].start, engine::Start::kCold);
  EXPECT_EQ(output.rows.contexts[0].retired, test::at(300s));
}

TEST(ExamplePolicy, ExplainsEveryParameterThatItReads) {
  EXPECT_EQ(kLastIdleTimeAbout.parameters.size(), 1U);
  EXPECT_EQ(mistakes_in("{at_mots: 1 s}", read_last_idle_time).size(), 1U);
}

std::string text_of(const std::string& path) {
  std::ifstream file(LAMBDASIM_SOURCE_DIR + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ExamplePolicy, ThePageShowsWhatIsTestedHere) {
  const std::string page = text_of("/docs/add_a_policy.md");
  const std::string here = text_of("/tests/policy/example_policy_test.cpp");
  const std::string open = "```cpp\n";
  int shown = 0;
  for (std::size_t begin = page.find(open); begin != std::string::npos; ++shown) {
    begin += open.size();
    const std::string code = page.substr(begin, page.find("```", begin) - begin);
    EXPECT_NE(here.find(code), std::string::npos) << code;
    begin = page.find(open, begin);
  }
  EXPECT_EQ(shown, 4);
}

}  // namespace
}  // namespace lambdasim::models
