// What is found in the graph of a workflow: ways without an end, branches that run into each other,
// states that nothing leads to.
#include "models/workflow/state_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/machines.h"

namespace lambdasim::test {
namespace {

using models::problems_of;
using models::StateProblem;
using models::unreached_states;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts_of(const Workflow& workflow) {
  std::vector<std::string> texts;
  for (const StateProblem& problem : problems_of(workflow)) {
    texts.push_back(workflow.states[problem.state].name + ": " + problem.text);
  }
  return texts;
}

TEST(StateGraph, ALoopWithAWayOutIsFine) {
  EXPECT_THAT(texts_of(workflow_of(
                  {invokes("a", 0, 1), chooses("b", {{0.999, 0}, {1.0, 2}}), ends("c", true)}, 1)),
              IsEmpty());
}

TEST(StateGraph, NamesTheStatesThatNeverEnd) {
  EXPECT_THAT(
      texts_of(workflow_of({invokes("in", 0, 1), invokes("a", 0, 2), waits_for("b", 1s, 1)}, 1)),
      ElementsAre("in: states that never end: a -> b -> a"));
}

TEST(StateGraph, AChoiceThatIsNeverMadeIsNoWayOut) {
  EXPECT_THAT(texts_of(workflow_of({chooses("a", {{1.0, 0}, {1.0, 1}}), ends("b", true)}, 0)),
              ElementsAre("a: states that never end: a -> a"));
}

TEST(StateGraph, AFailureIsNoWayOut) {
  Workflow workflow = workflow_of({invokes("a", 0, 0), ends("b", true)}, 1);
  workflow.states[0].on_failure = 1;
  EXPECT_THAT(texts_of(workflow), ElementsAre("a: states that never end: a -> a"));
}

TEST(StateGraph, ABranchHasStatesOfItsOwn) {
  EXPECT_THAT(
      texts_of(workflow_of(
          {parallel("p", {1, 2}), invokes("a", 0, 3), invokes("b", 0, 3), invokes("c", 0)}, 1)),
      ElementsAre("c: is in the branch of 'p' that begins with 'a' and in the branch of 'p' that "
                  "begins with 'b'; a branch has states of its own"));
  EXPECT_THAT(texts_of(workflow_of(
                  {parallel("p", {1}), chooses("a", {{0.5, 0}, {1.0, 2}}), ends("b", true)}, 0)),
              ElementsAre("p: is in the workflow itself and in the branch of 'p' that begins with "
                          "'a'; a branch has states of its own"));
}

TEST(StateGraph, FindsWhatNothingLeadsTo) {
  Workflow workflow = workflow_of({parallel("p", {1}), invokes("a", 0), invokes("caught", 0),
                                   invokes("lost", 0, 2), invokes("never", 0)},
                                  1);
  workflow.states[1].on_failure = 2;
  EXPECT_THAT(unreached_states(workflow), ElementsAre(3U, 4U));
  EXPECT_THAT(texts_of(workflow), IsEmpty());
}

}  // namespace
}  // namespace lambdasim::test
