// `id` and `needs` of the steps of one list: read step by step, then made into a graph.
//
// An item of the list is what is named and needed; it can come to several steps of the program,
// which follow one another. A list in which no item has `needs` is in a row and has no graph. Names
// are looked up when all steps stand, so that a step may need one that is written after it; each
// mistake is reported where it was written.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/workflow/precedence.h"
#include "sim/config/reader.h"
#include "sim/engine/step_graph.h"

namespace lambdasim::app {

class StepLinks {
 public:
  /// `keys` and those that are read here.
  static std::vector<std::string_view> beside(std::vector<std::string_view> keys);
  /// Reads what the next item says.
  /// @param first number of its first step in the program
  void read(config::ObjectReader& item, std::size_t first);
  /// Reports `id` and `needs` of an item that is no step of a graph.
  static void refuse(config::ObjectReader& item, std::string_view why);

  /// Reports at each `needs` that there can be none.
  void report_needs(const std::string& why);
  /// Looks the names up. Null when steps are in a row, or a mistake was reported.
  /// @param owner has the list as its `key`
  /// @param steps of the program
  std::shared_ptr<const engine::StepGraph> compile(config::ObjectReader& owner,
                                                   std::string_view key, std::size_t steps);

  // Of a list that was compiled, by item.
  std::size_t first_step(std::size_t item) const { return links_[item].first; }
  /// By id, else by number from 1.
  std::vector<std::string> names() const;
  const std::vector<models::Precedence>& edges() const { return edges_; }

 private:
  struct Link {
    config::ObjectReader at;
    std::size_t first;
    std::string id;
    std::vector<std::string> needs;
    bool has_needs = false;
  };

  bool check_ids();
  bool look_up(std::size_t item);
  std::vector<std::string> ids() const;
  std::vector<std::vector<std::size_t>> needs_by_step(std::size_t steps) const;

  std::vector<Link> links_;  // by item
  std::vector<models::Precedence> edges_;
  bool is_graph_ = false;
};

}  // namespace lambdasim::app
