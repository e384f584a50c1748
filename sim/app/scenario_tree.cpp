#include "sim/app/scenario_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "models/catalogue.h"
#include "models/embedded_data.h"
#include "sim/app/scenario_kinds.h"
#include "sim/app/scenario_names.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"

namespace lambdasim::app {
namespace {

using config::Diagnostics;
using config::Entry;
using config::Node;

constexpr std::string_view kDefaultPlatform = "aws-2026";
constexpr std::size_t kMostDesigns = 255;
constexpr std::array<std::string_view, 9> kForAllDesigns{"name",         "question",     "seed",
                                                         "replications", "duration",     "warm_up",
                                                         "output",       "alternatives", "designs"};

config::Alternatives all_alternatives() {
  config::Alternatives alternatives;
  for (const auto& model : models::arrival_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const auto& model : models::source_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const auto& model : models::keep_alive_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const auto& model : models::cpu_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const auto& model : models::placement_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const auto& model : models::eviction_models()) {
    alternatives.merged.emplace(model.about.name);
  }
  for (const std::string& name : config::distribution_names()) {
    alternatives.whole.insert(name);
  }
  alternatives.whole.insert({"cpu", "wait", "use"});
  alternatives.items.insert(
      {"request", "fetch", "transfer", "read", "write", "encrypt", "decrypt", "call", "send"});
  alternatives.beside.insert({"threads", "per_item", "id", "needs", "takes", "latency", "keep",
                              "with", "cpu_per_mb", "times", "events", "probability", "attempts",
                              "backoff"});
  return alternatives;
}

std::vector<std::string> platform_names() {
  constexpr std::string_view kFolder = "platforms/";
  constexpr std::string_view kEnding = ".yaml";
  std::vector<std::string> names;
  for (const std::string_view file : models::embedded_data_names()) {
    if (file.starts_with(kFolder) && file.ends_with(kEnding)) {
      names.emplace_back(
          file.substr(kFolder.size(), file.size() - kFolder.size() - kEnding.size()));
    }
  }
  return names;
}

class TreeBuilder {
 public:
  TreeBuilder(Node file, Diagnostics& diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics), alternatives_(all_alternatives()) {}

  void lay_override(const Override& given) { lay_override(file_, given); }

  std::vector<DesignTree> designs() {
    std::vector<DesignTree> trees;
    for (auto& [name, tree] : design_files()) {
      trees.push_back(on_platform(name, std::move(tree)));
    }
    return trees;
  }

  std::vector<DesignTree> variants(const std::string& design,
                                   const std::vector<Variant>& variants) {
    std::vector<DesignTree> trees;
    for (const auto& [name, file] : design_files()) {
      for (const Variant& variant : name == design ? variants : std::vector<Variant>{}) {
        Node tree = file;
        lay_override(tree, variant.change);
        trees.push_back(on_platform(variant.name, std::move(tree)));
      }
    }
    return trees;
  }

 private:
  void lay_override(Node& tree, const Override& given) {
    const config::Location where{fmt::format("--set {}={}", given.path, given.value), 0, 0};
    Diagnostics of_value;
    Node value = config::load_text(given.value, where.file, of_value);
    for (const config::Diagnostic& found : of_value.sorted()) {
      diagnostics_.report(where, given.path, found.message);
    }
    config::relocate(value, where);
    lay(tree, config::nested(given.path, value, where, diagnostics_));
  }

  /// Each design's name and the file as the design changes it, without the platform.
  std::vector<std::pair<std::string, Node>> design_files() {
    Node named;
    if (const Node* found = file_.find("designs")) {
      named = *found;
      file_.erase("designs");
      check_designs(named);
    }
    if (named.entries.empty()) {
      return {{"base", file_}};
    }
    std::vector<std::pair<std::string, Node>> files;
    for (const Entry& design : named.entries) {
      files.emplace_back(design.key, file_);
      lay_design(files.back().second, design);
    }
    return files;
  }

  void check_designs(const Node& named) {
    if (named.kind == Node::Kind::kNull) {
      return;
    }
    if (named.kind != Node::Kind::kMapping || named.entries.empty()) {
      diagnostics_.report(named.where, "designs",
                          "must be a mapping of design names to what each design changes");
    }
    if (named.entries.size() > kMostDesigns) {
      diagnostics_.report(named.where, "designs",
                          fmt::format("there may be at most {} designs, got {}", kMostDesigns,
                                      named.entries.size()));
    }
  }

  void lay_design(Node& tree, const Entry& design) {
    const std::string path = "designs." + design.key;
    if (!is_title(design.key)) {
      diagnostics_.report(design.where, path, fmt::format("a design's name {}", kTitleRule));
    }
    if (design.value.kind != Node::Kind::kMapping) {
      if (design.value.kind != Node::Kind::kNull) {
        diagnostics_.report(design.value.where, path,
                            "must be a mapping of paths to values, such as "
                            "functions.get_user.memory: 1024 MB");
      }
      return;
    }
    for (const Entry& change : design.value.entries) {
      const std::string first = change.key.substr(0, change.key.find('.'));
      if (std::find(kForAllDesigns.begin(), kForAllDesigns.end(), first) != kForAllDesigns.end()) {
        diagnostics_.report(change.where, path,
                            fmt::format("'{}' holds for all designs; set it at the top", first));
        continue;
      }
      lay(tree, config::nested(change.key, change.value, change.where, diagnostics_));
    }
  }

  /// Functions are what designs are compared by, so nothing laid over the file adds or removes one.
  void lay(Node& tree, Node over) {
    Node* changed = over.find("functions");
    const Node* known = tree.find("functions");
    if (changed != nullptr && known != nullptr && known->kind == Node::Kind::kMapping) {
      std::vector<std::string> names;
      for (const Entry& entry : known->entries) {
        names.push_back(entry.key);
      }
      changed->entries.remove_if([&](const Entry& entry) { return !may_change(entry, names); });
    }
    config::overlay(tree, over, alternatives_, diagnostics_);
  }

  bool may_change(const Entry& entry, const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
      diagnostics_.report(
          entry.where, "functions",
          fmt::format("unknown function '{}'{}", entry.key, config::suggestion(entry.key, names)));
      return false;
    }
    if (entry.value.kind != Node::Kind::kMapping) {
      diagnostics_.report(entry.where, "functions." + entry.key,
                          "a function can be changed here, not replaced or removed");
      return false;
    }
    return true;
  }

  DesignTree on_platform(const std::string& name, Node tree) {
    std::string platform{kDefaultPlatform};
    const Node* given = tree.find("platform");
    if (given != nullptr && given->kind == Node::Kind::kScalar) {
      platform = given->scalar;
    }
    if (!models::embedded_data("platforms/" + platform + ".yaml")) {
      const auto names = platform_names();
      diagnostics_.report(given->where, "platform",
                          fmt::format("unknown platform '{}'; there are {}{}", platform,
                                      fmt::join(names, ", "), config::suggestion(platform, names)));
      platform = kDefaultPlatform;
    }
    lay_kinds(tree, alternatives_, diagnostics_);
    DesignTree made{name, "", preset(platform)};
    made.effective = made.tree.find("effective")->scalar;
    made.tree.erase("effective");
    config::relocate(made.tree, tree.where);
    config::overlay(made.tree, tree, alternatives_, diagnostics_);
    return made;
  }

  static Node preset(const std::string& platform) {
    const std::string file = "platforms/" + platform + ".yaml";
    Diagnostics diagnostics;
    Node tree = config::load_text(*models::embedded_data(file), file, diagnostics);
    LAMBDASIM_CHECK(diagnostics.empty() && tree.find("effective") != nullptr,
                    "a platform is YAML with a date from which it holds");
    return tree;
  }

  Node file_;
  Diagnostics& diagnostics_;
  config::Alternatives alternatives_;
};

/// @return nothing when the text is no mapping
std::optional<TreeBuilder> builder_of(std::string_view text, const std::string& file,
                                      const std::vector<Override>& overrides,
                                      Diagnostics& diagnostics) {
  Node tree = config::load_text(text, file, diagnostics);
  if (tree.kind == Node::Kind::kNull && !diagnostics.empty()) {
    return std::nullopt;
  }
  if (tree.kind != Node::Kind::kMapping) {
    diagnostics.report(tree.where, "",
                       "a scenario is a mapping of keys to values; begin with "
                       "duration, functions and workload");
    return std::nullopt;
  }
  TreeBuilder builder(std::move(tree), diagnostics);
  for (const Override& given : overrides) {
    builder.lay_override(given);
  }
  return builder;
}

}  // namespace

std::vector<DesignTree> design_trees(std::string_view text, const std::string& file,
                                     const std::vector<Override>& overrides,
                                     Diagnostics& diagnostics) {
  auto builder = builder_of(text, file, overrides, diagnostics);
  return builder ? builder->designs() : std::vector<DesignTree>{};
}

std::vector<DesignTree> variant_trees(std::string_view text, const std::string& file,
                                      const std::vector<Override>& overrides,
                                      const std::string& design,
                                      const std::vector<Variant>& variants,
                                      Diagnostics& diagnostics) {
  auto builder = builder_of(text, file, overrides, diagnostics);
  return builder ? builder->variants(design, variants) : std::vector<DesignTree>{};
}

}  // namespace lambdasim::app
