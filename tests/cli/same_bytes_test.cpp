// One scenario gives the same file whatever the threads: every dataset, byte by byte, /provenance
// apart.
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "sim/io/hdf5_handle.h"
#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitOk;
using io::Hdf5Handle;

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// The values as they are stored; texts one after the other, each with its final zero.
std::string bytes_of(hid_t dataset) {
  const Hdf5Handle type{H5Dget_type(dataset), H5Tclose, "read a type"};
  const Hdf5Handle space{H5Dget_space(dataset), H5Sclose, "read a size"};
  const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
  std::string bytes(count * H5Tget_size(type.get()), '\0');
  if (count == 0) {
    return bytes;
  }
  io::check_hdf5(H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()),
                 "read a dataset");
  if (H5Tis_variable_str(type.get()) <= 0) {
    return bytes;
  }
  std::string texts;
  for (std::size_t i = 0; i < count; ++i) {
    const char* text = nullptr;
    std::memcpy(&text, bytes.data() + i * sizeof text, sizeof text);
    texts += (text == nullptr ? std::string() : std::string(text)) + '\0';
  }
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, bytes.data());
  return texts;
}

void add_datasets(hid_t group, const std::string& path, std::map<std::string, std::string>& found) {
  std::vector<std::string> names;
  io::check_hdf5(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names),
                 "list a group");
  for (const std::string& name : names) {
    const Hdf5Handle object{H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, "open an object"};
    if (H5Iget_type(object.get()) == H5I_GROUP) {
      add_datasets(object.get(), path + name + "/", found);
    } else {
      found[path + name] = bytes_of(object.get());
    }
  }
}

/// Every dataset of a result file, by its path.
std::map<std::string, std::string> datasets_of(const fs::path& file) {
  io::prepare_hdf5();
  const Hdf5Handle handle{H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                          "open a file"};
  std::map<std::string, std::string> found;
  add_datasets(handle.get(), "/", found);
  std::erase_if(found, [](const auto& entry) { return entry.first.starts_with("/provenance"); });
  return found;
}

/// The datasets that differ; one that only one file has is among them.
std::vector<std::string> differing(const std::map<std::string, std::string>& a,
                                   const std::map<std::string, std::string>& b) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : a) {
    const auto other = b.find(name);
    if (other == b.end() || other->second != bytes) {
      names.push_back(name);
    }
  }
  for (const auto& [name, bytes] : b) {
    if (!a.contains(name)) {
      names.push_back(name);
    }
  }
  return names;
}

class SameBytes : public CommandLine {
 protected:
  std::map<std::string, std::string> run_with(const std::string& scenario, const std::string& file,
                                              std::vector<std::string> more) {
    std::vector<std::string> arguments{"run", scenario, "-o", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished finished = run(arguments);
    EXPECT_EQ(finished.exit_code, kExitOk) << finished.err;
    return datasets_of(folder_ / file);
  }
};

TEST_F(SameBytes, ComeFromOneThreadAndFromMany) {
  const std::vector<std::string> several{"--set", "duration=6 h", "--replications",
                                         "5",     "--set",        "output.timeline=10 min"};
  const auto with_threads = [&](const std::string& threads) {
    std::vector<std::string> more = several;
    more.insert(more.end(), {"--threads", threads});
    return run_with("small.yaml", threads + ".h5", more);
  };
  const auto one = with_threads("1");
  EXPECT_GT(one.size(), 60U);
  EXPECT_GT(one.at("/invocations/arrival_ns").size(), sizeof(std::int64_t) * 200'000);
  EXPECT_GT(one.at("/contexts/context").size(), 0U);
  EXPECT_GT(one.at("/timeline/arrivals").size(), 0U);
  EXPECT_THAT(differing(one, with_threads("2")), testing::IsEmpty());
  EXPECT_THAT(differing(one, with_threads("4")), testing::IsEmpty());
}

TEST_F(SameBytes, ComeFromManyFunctionsAndASample) {
  const std::string shipped =
      (fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/many_functions.yaml").string();
  const std::vector<std::string> shortened{"--set", "duration=2 h", "--set",
                                           "output.records={sample: 1/10}", "--threads"};
  std::vector<std::string> one = shortened;
  one.emplace_back("1");
  std::vector<std::string> four = shortened;
  four.emplace_back("4");
  EXPECT_THAT(differing(run_with(shipped, "one.h5", one), run_with(shipped, "four.h5", four)),
              testing::IsEmpty());
}

TEST_F(SameBytes, ComeFromHandlersThatCallAndSend) {
  const std::string shipped =
      (fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/order_events.yaml").string();
  const std::vector<std::string> shortened{"--set", "duration=80 min", "--set",
                                           "workload.0.stops=75 min", "--threads"};
  std::vector<std::string> one = shortened;
  one.emplace_back("1");
  std::vector<std::string> four = shortened;
  four.emplace_back("4");
  const auto alone = run_with(shipped, "one.h5", one);
  EXPECT_GT(alone.at("/parents/event").size(), sizeof(std::uint32_t) * 10'000);
  EXPECT_THAT(differing(alone, run_with(shipped, "four.h5", four)), testing::IsEmpty());
}

TEST_F(SameBytes, ComeWithoutCompressionToo) {
  EXPECT_THAT(differing(run_with("small.yaml", "small.h5", {}),
                        run_with("small.yaml", "plain.h5", {"--no-compression"})),
              testing::IsEmpty());
  EXPECT_GT(fs::file_size(folder_ / "plain.h5"), fs::file_size(folder_ / "small.h5"));
}

TEST_F(SameBytes, DoNotComeFromAnotherSeed) {
  const auto differ = differing(run_with("small.yaml", "1.h5", {"--seed", "1"}),
                                run_with("small.yaml", "2.h5", {"--seed", "2"}));
  EXPECT_THAT(differ, testing::Contains("/invocations/arrival_ns"));
  EXPECT_THAT(differ, testing::Contains("/summary/latency_p99_ms"));
  EXPECT_THAT(differ, testing::Not(testing::Contains("/functions/memory_mb")));
}

}  // namespace
}  // namespace lambdasim::test
