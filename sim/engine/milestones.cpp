#include "sim/engine/milestones.h"

#include <algorithm>

namespace lambdasim::engine {

std::vector<Milestone> milestones_of(const Setup& setup) {
  std::vector<Milestone> milestones{{core::kStartOfTime + setup.warm_up, std::nullopt}};
  for (std::uint32_t f = 0; f < setup.functions.size(); ++f) {
    for (const core::SimTime time : setup.functions[f].deployments) {
      if (time < core::kStartOfTime + setup.horizon) {
        milestones.push_back({time, core::FunctionId{f}});
      }
    }
  }
  std::stable_sort(milestones.begin(), milestones.end(),
                   [](const Milestone& a, const Milestone& b) { return a.time < b.time; });
  return milestones;
}

}  // namespace lambdasim::engine
