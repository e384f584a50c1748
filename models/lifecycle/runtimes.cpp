#include "models/lifecycle/runtimes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "models/read_data.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

struct RuntimeTable {
  std::vector<std::string> names;
  std::vector<std::string> managed_beginnings;
  std::set<std::string, std::less<>> unmanaged;
  std::map<std::tuple<std::string, std::string, std::string>, core::Distribution, std::less<>> init;
  std::map<std::pair<std::string, std::string>, std::vector<FirstCallStep>> first_call;
};

void read_architecture(config::ObjectReader& reader, const std::string& runtime,
                       const std::string& architecture, RuntimeTable& table) {
  for (const std::string& package : reader.keys()) {
    table.init.emplace(std::tuple{runtime, architecture, package},
                       reader.time_distribution(package, std::nullopt));
  }
}

void read_first_call(config::ObjectReader& runtime, const std::string& name, RuntimeTable& table) {
  if (!runtime.has("first_call")) {
    return;
  }
  config::ObjectReader reader = runtime.object("first_call");
  for (const std::string& architecture : reader.keys()) {
    auto& steps = table.first_call[{name, architecture}];
    reader.each_item(architecture, true, [&steps](std::size_t, config::ObjectReader& item) {
      FirstCallStep step;
      step.cpu = item.time_distribution("cpu", std::nullopt);
      step.threads = static_cast<std::uint32_t>(item.integer("threads", 1, {1, 1024}));
      steps.push_back(std::move(step));
    });
  }
}

RuntimeTable read_table(config::ObjectReader& file) {
  file.text("source");
  RuntimeTable table;
  const config::Node* managed = file.peek("managed");
  LAMBDASIM_CHECK(managed != nullptr, "runtimes.yaml does not say which runtimes are managed");
  for (const config::Node& beginning : managed->items) {
    table.managed_beginnings.push_back(beginning.scalar);
  }
  file.each_named("runtimes", true, [&](const std::string& name, config::ObjectReader& runtime) {
    table.names.push_back(name);
    runtime.text("measured_as");
    if (!runtime.boolean("managed", true)) {
      table.unmanaged.insert(name);
    }
    read_first_call(runtime, name, table);
    for (const std::string architecture : {"x86_64", "arm64"}) {
      config::ObjectReader reader = runtime.object(architecture);
      read_architecture(reader, name, architecture, table);
    }
  });
  return table;
}

const RuntimeTable& table() {
  static const RuntimeTable read = read_data("runtimes.yaml", read_table);
  return read;
}

}  // namespace

std::optional<core::Distribution> runtime_init(std::string_view runtime,
                                               std::string_view architecture,
                                               std::string_view package) {
  const auto found = table().init.find(
      std::tuple<std::string, std::string, std::string>{runtime, architecture, package});
  return found == table().init.end() ? std::nullopt : std::optional{found->second};
}

std::vector<FirstCallStep> runtime_first_call(std::string_view runtime,
                                              std::string_view architecture) {
  const auto found = table().first_call.find({std::string{runtime}, std::string{architecture}});
  return found == table().first_call.end() ? std::vector<FirstCallStep>{} : found->second;
}

std::vector<std::string> runtime_names() {
  return table().names;
}

bool is_managed_runtime(std::string_view runtime) {
  const std::vector<std::string>& beginnings = table().managed_beginnings;
  return !table().unmanaged.contains(runtime) &&
         std::any_of(beginnings.begin(), beginnings.end(), [runtime](const std::string& beginning) {
           return runtime.starts_with(beginning);
         });
}

}  // namespace lambdasim::models
