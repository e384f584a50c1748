#include <nlohmann/json.hpp>

#include "sim/app/memory_text.h"

namespace lambdasim::app {
namespace {

using nlohmann::json;

json value(const Estimate& of, std::string_view unit) {
  return {{"mean", of.mean}, {"half_width", of.half_width}, {"unit", unit}};
}

json choice_json(const MemoryCurve& curve, const std::optional<MemoryChoice>& choice) {
  if (!choice) {
    return nullptr;
  }
  json alike = json::array();
  for (const std::size_t point : choice->alike) {
    alike.push_back(curve.points[point].memory_mb);
  }
  return {{"memory_mb", curve.points[choice->point].memory_mb},
          {"not_distinguishable_from", alike}};
}

json point_json(const MemoryPoint& point) {
  return {{"memory_mb", point.memory_mb},
          {"left_out", point.is_left_out},
          {"metrics",
           {{"duration_mean", value(point.duration_ms, "ms")},
            {"latency_p50", value(point.p50_ms, "ms")},
            {"latency_p95", value(point.p95_ms, "ms")},
            {"latency_p99", value(point.p99_ms, "ms")},
            {"cold_share", value(point.cold, "%")},
            {"timeouts", value(point.timeouts, "%")},
            {"throttled", value(point.refused, "%")},
            {"cost", value(point.cost, "USD per million")}}}};
}

}  // namespace

std::string memory_json(const Scenario& scenario, const ExperimentResult& result,
                        const MemoryCurve& curve, const MemoryQuestion& question,
                        const std::string& file) {
  json root{{"scenario", scenario.name},
            {"file", file},
            {"seed", scenario.seed},
            {"replications", scenario.replications},
            {"invocations", result.invocations},
            {"function", question.function},
            {"design", question.design},
            {"balance", question.balance},
            {"cheapest", choice_json(curve, curve.cheapest)},
            {"fastest", choice_json(curve, curve.fastest)},
            {"balanced", choice_json(curve, curve.balanced)},
            {"sizes", json::array()}};
  for (const MemoryPoint& point : curve.points) {
    root["sizes"].push_back(point_json(point));
  }
  return root.dump(2) + "\n";
}

}  // namespace lambdasim::app
