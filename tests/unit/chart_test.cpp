#include "sim/app/chart.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "sim/app/chart_axis.h"

namespace lambdasim::app {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Chart one_curve(Scale scale, const std::vector<double>& values, std::size_t rows) {
  Chart chart;
  for (std::size_t i = 0; i < values.size(); ++i) {
    chart.places.push_back({static_cast<double>(i), std::to_string(i), ""});
  }
  chart.panels.push_back({"title", scale, rows, {{"y", '*', values}}});
  return chart;
}

// 14 columns: 3 of tick labels and axis, 9 of the plot, 2 of the name.
TEST(Chart, DrawsAStraightLineInAscii) {
  EXPECT_EQ(draw(one_curve(Scale::kLinear, {0, 1, 2}, 5), {.width = 14, .unicode = false}),
            "title\n"
            "2 +        * y\n"
            "  |      **\n"
            "1 +    **\n"
            "  |  **\n"
            "0 +**\n"
            "  ++---+---+\n"
            "   0   1   2\n");
}

// Each cell has 2 x 4 dots, so the points are dots (0, 19), (9, 10) and (17, 0) from the top left.
TEST(Chart, DrawsAStraightLineInBraille) {
  EXPECT_EQ(draw(one_curve(Scale::kLinear, {0, 1, 2}, 5), {.width = 14, .unicode = true}),
            "title\n"
            "2 ┤       ⢠⠊ y\n"
            "  │     ⢀⠔⠁\n"
            "1 ┤    ⡠⠊\n"
            "  │  ⡠⠊\n"
            "0 ┤⡠⠊\n"
            "  └┴───┴───┴\n"
            "   0   1   2\n");
}

TEST(Chart, SpacesPowersOfTenEvenlyOnALogAxis) {
  EXPECT_EQ(draw(one_curve(Scale::kLog, {1, 10, 100}, 5), {.width = 16, .unicode = false}),
            "title\n"
            "100 +        * y\n"
            "    |      **\n"
            " 10 +    **\n"
            "    |  **\n"
            "  1 +**\n"
            "    ++---+---+\n"
            "     0   1   2\n");
}

TEST(Chart, LeavesAGapWhereThereIsNoValue) {
  EXPECT_EQ(draw(one_curve(Scale::kLinear, {2, kGap, 2}, 3), {.width = 14, .unicode = false}),
            "title\n"
            "2 +*       * y\n"
            "  |\n"
            "0 +\n"
            "  ++---+---+\n"
            "   0   1   2\n");
}

TEST(Chart, HasNoPlaceForZeroOnALogAxis) {
  EXPECT_EQ(draw(one_curve(Scale::kLog, {10, 0, 10}, 3), {.width = 16, .unicode = false}),
            "title\n"
            "100 +\n"
            "    |\n"
            " 10 +*       * y\n"
            "    ++---+---+\n"
            "     0   1   2\n");
}

TEST(Chart, WritesTheNamesOfCurvesThatEndTogetherBelowEachOther) {
  Chart chart = one_curve(Scale::kLinear, {4, 4}, 3);
  chart.panels[0].curves.push_back({"z", '.', {4, 4}});
  chart.panels[0].curves.push_back({"a", '#', {0, 0}});
  EXPECT_EQ(draw(chart, {.width = 12, .unicode = false}),
            "title\n"
            "5 +....... y\n"
            "  |        z\n"
            "0 +####### a\n"
            "  ++-----+\n"
            "   0     1\n");
}

// 19 columns for a factor of 8: 144 stands in column 1, 160 in 2, 512 in 12, 1024 in 18.
TEST(Chart, KeepsMarkedLabelsAndEveryMarkWhereRoomIsShort) {
  Chart chart;
  chart.scale = Scale::kLog;
  chart.places = {{128, "128", ""},
                  {144, "144", "C"},
                  {160, "160", "B"},
                  {512, "512", ""},
                  {1024, "1024", "F"}};
  chart.panels.push_back({"title", Scale::kLinear, 3, {{"y", '*', {1, 1, 1, 1, 1}}}});
  EXPECT_EQ(draw(chart, {.width = 24, .unicode = false}),
            "title\n"
            "1 +******************* y\n"
            "  |\n"
            "0 +\n"
            "  ++++---------+-----+\n"
            "   144        512  1024\n"
            "    CB               F\n");
}

TEST(Axis, WidensALogAxisToRoundNumbers) {
  const Axis axis({"", Scale::kLog, 10, {{"", '*', {38, 812}}}});
  const auto ticks = axis.ticks(10, 1);
  EXPECT_EQ(ticks.begin()->second, "1,000");
  EXPECT_EQ(ticks.rbegin()->second, "20");
}

TEST(Axis, BeginsALinearAxisAtZero) {
  const Axis axis({"", Scale::kLinear, 7, {{"", '*', {38, 95}}}});
  const std::map<std::size_t, std::string> expected{{0, "100"}, {3, "50"}, {6, "0"}};
  EXPECT_EQ(axis.ticks(7, 1), expected);
}

TEST(Axis, ShowsOneValueOfALogAxisInADecade) {
  const Axis axis({"", Scale::kLog, 3, {{"", '*', {10, 10}}}});
  const std::map<std::size_t, std::string> expected{{0, "100"}, {2, "10"}};
  EXPECT_EQ(axis.ticks(3, 1), expected);
  EXPECT_EQ(axis.dot_of(10, 3), 2U);
}

}  // namespace
}  // namespace lambdasim::app
