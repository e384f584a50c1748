#include "sim/app/step_links.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/app/scenario_names.h"

namespace lambdasim::app {

using config::ObjectReader;

std::vector<std::string_view> StepLinks::beside(std::vector<std::string_view> keys) {
  keys.insert(keys.end(), {"id", "needs"});
  return keys;
}

void StepLinks::read(ObjectReader& item, std::size_t first) {
  Link link{item, first, {}, {}};
  if (item.has("id")) {
    link.id = item.text("id");
    if (!link.id.empty() && !is_name(link.id)) {
      item.report("id", fmt::format("a step's id {}", kNameRule));
    }
  }
  link.has_needs = item.has("needs");
  if (link.has_needs) {
    link.needs = item.texts("needs");
    is_graph_ = true;
  }
  links_.push_back(std::move(link));
}

void StepLinks::refuse(ObjectReader& item, std::string_view why) {
  for (const std::string_view key : {"id", "needs"}) {
    if (item.has(key)) {
      item.report(key, std::string{why});
    }
  }
}

void StepLinks::report_needs(const std::string& why) {
  for (Link& link : links_) {
    if (link.has_needs) {
      link.at.report("needs", why);
    }
  }
}

std::shared_ptr<const engine::StepGraph> StepLinks::compile(ObjectReader& owner,
                                                            std::string_view key,
                                                            std::size_t steps) {
  bool is_right = check_ids();
  if (!is_graph_) {
    return nullptr;
  }
  if (steps > engine::kMostGraphSteps) {
    owner.report(key, fmt::format("a graph can have at most {} steps, got {}",
                                  engine::kMostGraphSteps, steps));
    is_right = false;
  }
  for (std::size_t item = 0; item < links_.size(); ++item) {
    is_right = look_up(item) && is_right;
  }
  const std::vector<std::size_t> cycle = models::find_cycle(links_.size(), edges_);
  if (!cycle.empty()) {
    links_[cycle.front()].at.report(
        "needs", "steps that need each other: " + models::path_text(cycle, names(), true));
    is_right = false;
  }
  if (!is_right) {
    return nullptr;
  }
  return std::make_shared<const engine::StepGraph>(engine::compile_graph(needs_by_step(steps)));
}

/// What an item needs, its first step does: the last of the other's. Its others follow that one.
std::vector<std::vector<std::size_t>> StepLinks::needs_by_step(std::size_t steps) const {
  std::vector<std::vector<std::size_t>> needs(steps);
  for (std::size_t step = 1; step < steps; ++step) {
    needs[step] = {step - 1};
  }
  for (const Link& link : links_) {
    needs[link.first].clear();
  }
  for (const models::Precedence& edge : edges_) {
    const bool is_last = edge.before + 1 == links_.size();
    const std::size_t end = is_last ? steps : links_[edge.before + 1].first;
    needs[links_[edge.after].first].push_back(end - 1);
  }
  return needs;
}

std::vector<std::string> StepLinks::names() const {
  std::vector<std::string> names;
  for (const Link& link : links_) {
    names.push_back(link.id.empty() ? fmt::format("step {}", names.size() + 1) : link.id);
  }
  return names;
}

bool StepLinks::check_ids() {
  bool are_right = true;
  for (auto link = links_.begin(); link != links_.end(); ++link) {
    const bool is_taken =
        !link->id.empty() &&
        std::any_of(links_.begin(), link, [&](const Link& other) { return other.id == link->id; });
    if (is_taken) {
      link->at.report("id", fmt::format("another step has the id '{}', too", link->id));
      are_right = false;
    }
  }
  return are_right;
}

bool StepLinks::look_up(std::size_t item) {
  Link& link = links_[item];
  std::vector<std::size_t> needed;
  bool is_right = true;
  const auto report = [&](std::string message) {
    link.at.report("needs", std::move(message));
    is_right = false;
  };
  for (const std::string& name : link.needs) {
    const auto found = std::find_if(links_.begin(), links_.end(),
                                    [&](const Link& named) { return named.id == name; });
    const auto other = static_cast<std::size_t>(found - links_.begin());
    if (found == links_.end()) {
      report(fmt::format(
          "unknown step '{}'{}", name,
          ids().empty() ? "; no step of this list has an id" : config::suggestion(name, ids())));
    } else if (other == item) {
      report("a step cannot need itself");
    } else if (std::find(needed.begin(), needed.end(), other) != needed.end()) {
      report(fmt::format("names '{}' twice", name));
    } else {
      needed.push_back(other);
      edges_.push_back({other, item});
    }
  }
  return is_right;
}

std::vector<std::string> StepLinks::ids() const {
  std::vector<std::string> ids;
  for (const Link& link : links_) {
    if (!link.id.empty()) {
      ids.push_back(link.id);
    }
  }
  return ids;
}

}  // namespace lambdasim::app
