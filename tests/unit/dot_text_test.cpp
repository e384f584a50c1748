// The language of Graphviz: whatever a name holds, it is shown as it is.
#include "sim/app/dot_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lambdasim::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(DotQuoted, EscapesWhatWouldEndOrChangeIt) {
  EXPECT_EQ(dot_quoted("get_user"), R"("get_user")");
  EXPECT_EQ(dot_quoted(R"(say "hi")"), R"("say \"hi\"")");
  EXPECT_EQ(dot_quoted(R"(C:\new\)"), R"("C:\\new\\")");
  EXPECT_EQ(dot_quoted("one\ntwo"), R"("one\ntwo")");
  EXPECT_EQ(dot_quoted("a & b <c> &lt;"), R"("a &amp; b <c> &amp;lt;")");
  EXPECT_EQ(dot_quoted(""), R"("")");
}

TEST(DotQuoted, KeepsUnicodeAndReplacesWhatIsNoText) {
  EXPECT_EQ(dot_quoted("Übung 図 🚀"), "\"Übung 図 🚀\"");
  EXPECT_EQ(dot_quoted("a\tb\x01z\x7F"), "\"a b z \"");
  EXPECT_EQ(dot_quoted("a\xFF z"), "\"a\uFFFD z\"");
  EXPECT_EQ(dot_quoted("cut \xE5\x9B"), "\"cut \uFFFD\uFFFD\"");
  EXPECT_EQ(dot_quoted("\xC0\x80\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\"");
}

TEST(Shortened, CountsCharactersAndMarksWhatIsCutOff) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "ab…");
  EXPECT_EQ(shortened("äöü", 3), "äöü");
  EXPECT_EQ(shortened("äöüß", 3), "äö…");
}

TEST(DotText, HasClustersNodesAndEdgesInTheirOrder) {
  DotText dot("a \"b\"", {"first", "second"});
  dot.edge({"x", "y", DotKind::kCritical, "90 %"});
  dot.begin_cluster("workflow w", {"workflow w"});
  dot.node({"x", DotKind::kStep, {"x", "cpu 5 ms"}, ""});
  dot.end_cluster();
  dot.node({"y", DotKind::kBackend, {"y"}, "cylinder"});
  const std::string text = dot.text();
  EXPECT_THAT(text, StartsWith("digraph \"a \\\"b\\\"\" {\n"));
  EXPECT_THAT(text, HasSubstr("label=\"first\\nsecond\\n \""));
  EXPECT_THAT(text, HasSubstr("  subgraph \"cluster workflow w\" {\n"));
  EXPECT_THAT(text, HasSubstr("    \"x\" [label=\"x\\ncpu 5 ms\", class=\"step\", "));
  EXPECT_THAT(text, HasSubstr("  }\n  \"y\" [label=\"y\", class=\"backend\", "));
  EXPECT_THAT(text, HasSubstr(", shape=cylinder]\n"));
  EXPECT_THAT(text, EndsWith("  \"x\" -> \"y\" [class=\"critical\", color=\"#c0281c\", "
                             "penwidth=2.5, label=\"90 %\"]\n}\n"));
}

}  // namespace
}  // namespace lambdasim::app
