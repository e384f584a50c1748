// Cycles, orders and critical paths of small graphs, worked by hand.
#include "models/workflow/precedence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lambdasim::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Precedence, ThingsWithoutACycleHaveNone) {
  EXPECT_THAT(find_cycle(0, {}), IsEmpty());
  EXPECT_THAT(find_cycle(3, {}), IsEmpty());
  EXPECT_THAT(find_cycle(4, std::vector<Precedence>{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {0, 3}}),
              IsEmpty());
}

TEST(Precedence, ACycleIsFoundInTheOrderOfTimeFromItsFirstThing) {
  EXPECT_THAT(find_cycle(5, std::vector<Precedence>{{0, 3}, {3, 1}, {1, 4}, {4, 3}, {2, 1}}),
              ElementsAre(1, 4, 3));
  EXPECT_THAT(find_cycle(3, std::vector<Precedence>{{2, 1}, {1, 2}}), ElementsAre(1, 2));
  EXPECT_THAT(find_cycle(3, std::vector<Precedence>{{1, 1}}), ElementsAre(1));
}

TEST(Precedence, OfSeveralCyclesTheFirstIsFoundWhole) {
  EXPECT_THAT(find_cycle(4, std::vector<Precedence>{{2, 3}, {3, 2}, {0, 1}, {1, 0}}),
              ElementsAre(0, 1));
}

TEST(Precedence, AnOrderKeepsThatOfTheThingsWhereItCan) {
  EXPECT_THAT(topological_order(3, {}), ElementsAre(0, 1, 2));
  EXPECT_THAT(topological_order(4, std::vector<Precedence>{{3, 1}, {0, 3}}),
              ElementsAre(0, 3, 1, 2));
}

TEST(Precedence, TheCriticalPathIsTheLongestChain) {
  const std::vector<double> lengths{5, 40, 60, 10, 70};
  const CriticalPath path =
      critical_path(lengths, std::vector<Precedence>{{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  EXPECT_THAT(path.things, ElementsAre(0, 2, 3));
  EXPECT_EQ(path.length, 75);
}

TEST(Precedence, AThingOfItsOwnCanBeTheCriticalPath) {
  const CriticalPath path =
      critical_path(std::vector<double>{1, 30, 2}, std::vector<Precedence>{{0, 2}});
  EXPECT_THAT(path.things, ElementsAre(1));
  EXPECT_EQ(path.length, 30);
}

TEST(Precedence, OfEqualChainsTheFirstIsTaken) {
  const CriticalPath path =
      critical_path(std::vector<double>{1, 2, 2}, std::vector<Precedence>{{0, 2}, {0, 1}});
  EXPECT_THAT(path.things, ElementsAre(0, 1));
}

TEST(Precedence, ThingsThatTakeNoTimeAreStillOnThePath) {
  const CriticalPath path =
      critical_path(std::vector<double>{0, 0, 7}, std::vector<Precedence>{{0, 1}, {1, 2}});
  EXPECT_THAT(path.things, ElementsAre(0, 1, 2));
  EXPECT_THAT(critical_path({}, {}).things, IsEmpty());
}

TEST(Precedence, PathsAreWrittenWithArrows) {
  const std::vector<std::string> names{"users", "merge", "orders"};
  EXPECT_EQ(path_text(std::vector<std::size_t>{0, 2}, names, false), "users -> orders");
  EXPECT_EQ(path_text(std::vector<std::size_t>{0, 1}, names, true), "users -> merge -> users");
}

}  // namespace
}  // namespace lambdasim::models
