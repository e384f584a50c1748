// Ten minutes in which every handler fails, and an hour at the account's limit: no event gets lost
// in the counts, and what becomes of it is what the rules of its source say.
#include <map>
#include <sstream>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text{line};
  for (std::string field; std::getline(text, field, ',');) {
    fields.push_back(field);
  }
  return fields;
}

std::vector<Row> rows_of(const std::string& csv) {
  std::istringstream text{csv};
  std::string line;
  std::getline(text, line);
  const std::vector<std::string> names = split(line);
  std::vector<Row> rows;
  while (std::getline(text, line)) {
    const std::vector<std::string> fields = split(line);
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      row[names[i]] = fields[i];
    }
  }
  return rows;
}

std::uint64_t count(const Row& row, const std::string& name) {
  return std::stoull(row.at(name));
}

class EventsAccounted : public CommandLine {
 protected:
  std::vector<Row> sources_of(const std::string& scenario) {
    const auto file = fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios" / (scenario + ".yaml");
    EXPECT_EQ(run({"run", file.string(), "-o", "out.h5", "--replications", "1"}).exit_code, 0);
    return rows_of(run({"export", "out.h5", "--table", "sources"}).out);
  }
};

void expect_every_event_once(const Row& row) {
  EXPECT_EQ(count(row, "events"), count(row, "handled") + count(row, "expired") +
                                      count(row, "dead_lettered") + count(row, "discarded") +
                                      count(row, "left"))
      << row.at("name");
}

TEST_F(EventsAccounted, WhenEveryHandlerFailsForTenMinutes) {
  for (const Row& row : sources_of("outage")) {
    expect_every_event_once(row);
    EXPECT_EQ(count(row, "left"), 0U) << row.at("name");
    EXPECT_EQ(count(row, "attempts"), count(row, "events") + count(row, "retries"));
    if (row.at("name") == "async/thumbnail") {
      // What arrives at 5 /s in the first seven minutes fails three times: 2,100, five deviations.
      EXPECT_NEAR(static_cast<double>(count(row, "dead_lettered")), 2100.0, 230.0);
      EXPECT_EQ(count(row, "failed"), count(row, "retries") + count(row, "dead_lettered"));
    } else if (row.at("name") != "*") {
      EXPECT_EQ(count(row, "handled"), count(row, "events")) << row.at("name");
      EXPECT_EQ(count(row, "failed"), count(row, "retries")) << row.at("name");
      EXPECT_GT(count(row, "failed"), 100U) << row.at("name");
    }
  }
}

TEST_F(EventsAccounted, WhenTheAccountIsAtItsLimitForAnHour) {
  std::size_t with_refusals = 0;
  for (const Row& row : sources_of("account_limit")) {
    if (row.at("design") != "0") {
      continue;
    }
    expect_every_event_once(row);
    EXPECT_EQ(count(row, "left"), 0U) << row.at("name");
    EXPECT_EQ(count(row, "failed"), 0U) << row.at("name");
    with_refusals += count(row, "throttled") > 10'000 ? 1 : 0;
    if (row.at("name") == "async/events") {
      EXPECT_EQ(count(row, "handled"), count(row, "events"));
    } else if (row.at("name") == "sqs/queue") {
      EXPECT_GT(count(row, "dead_lettered"), 100U);
    }
  }
  EXPECT_EQ(with_refusals, 3U);
}

}  // namespace
}  // namespace lambdasim::test
