// Values with units and the laying of trees over each other, as steps and throughputs need them.
#include <gtest/gtest.h>

#include "sim/config/node.h"
#include "sim/config/units.h"

namespace lambdasim::config {
namespace {

TEST(Throughputs, AreReadInUnitsOf1024AndWrittenInTheShortest) {
  EXPECT_EQ(parse_throughput("75 MB/s").value, 75.0 * 1024 * 1024);
  EXPECT_EQ(parse_throughput("1.5 GB/s").value, 1.5 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_throughput("3KB/s").value, 3072.0);
  EXPECT_EQ(format_throughput(1200.0 * 1024 * 1024), "1200 MB/s");
  EXPECT_EQ(format_throughput(0.3), "0.3 B/s");
}

TEST(Throughputs, NeedAUnitASecond) {
  EXPECT_EQ(parse_throughput("75 MB").error,
            "unknown unit 'MB' in '75 MB'; the units are B/s, KB/s, MB/s or GB/s");
  EXPECT_EQ(parse_throughput("75").error, "needs a unit (B/s, KB/s, MB/s or GB/s), got '75'");
}

std::string laid(const std::string& base, const std::string& over) {
  Alternatives alternatives;
  alternatives.items = {"read", "write"};
  alternatives.beside = {"keep"};
  Diagnostics diagnostics;
  Node tree = load_text(base, "base", diagnostics);
  overlay(tree, load_text(over, "over", diagnostics), alternatives, diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  return to_yaml(tree);
}

TEST(Overlay, ReplacesAStepByOneOfAnotherKind) {
  EXPECT_EQ(laid("steps: [{read: 1 MB}]", "steps: {0: {write: 2 MB, keep: true}}"),
            "steps:\n  - write: 2 MB\n    keep: true\n");
}

TEST(Overlay, MergesKeysThatAreStepsOnlyInLists) {
  EXPECT_EQ(laid("tmp: {read: 1 MB/s}", "tmp: {write: 2 MB/s}"),
            "tmp:\n  read: 1 MB/s\n  write: 2 MB/s\n");
}

}  // namespace
}  // namespace lambdasim::config
