#include <nlohmann/json.hpp>

#include "sim/app/calibrate.h"

namespace lambdasim::app {
namespace {

using calibrate::Calibration;
using nlohmann::json;

json fit_json(const std::optional<calibrate::FitChoice>& fit) {
  if (!fit) {
    return nullptr;
  }
  const auto one = [](const calibrate::Fit& of) {
    json parameters = json::object();
    for (const calibrate::FittedParameter& parameter : of.parameters) {
      parameters[parameter.name] = {{"value", parameter.value},
                                    {"low", parameter.low},
                                    {"high", parameter.high},
                                    {"unit", parameter.is_time ? "ms" : ""}};
    }
    return json{
        {"family", name_of(of.family)},  {"parameters", parameters}, {"bic", of.bic},
        {"ks_distance", of.ks_distance}, {"ks_p", of.ks_p},          {"rejected", of.is_rejected}};
  };
  json candidates = json::array();
  for (const calibrate::Fit& candidate : fit->candidates) {
    candidates.push_back(one(candidate));
  }
  json quantiles = json::object();
  for (const double at : {0.05, 0.5, 0.95, 0.99}) {
    quantiles["p" + std::to_string(static_cast<int>(100 * at + 0.5))] =
        calibrate::quantile(fit->chosen.distribution, at);
  }
  return {{"n", fit->n},
          {"chosen", one(fit->chosen)},
          {"candidates", candidates},
          {"fitted_quantiles_ms", quantiles}};
}

json contexts_json(const std::optional<calibrate::ContextsSeen>& seen) {
  if (!seen) {
    return nullptr;
  }
  return {{"contexts", seen->contexts.size()},
          {"warm_at_start", seen->warm_at_start},
          {"proactive", seen->proactive},
          {"most_busy", seen->most_busy},
          {"longest_gap_survived_s", seen->longest_survived_s},
          {"shortest_gap_not_survived_s",
           seen->shortest_lost_s ? json(*seen->shortest_lost_s) : json(nullptr)},
          {"choices", seen->choices},
          {"most_recent", seen->most_recent}};
}

json rate_json(const std::optional<calibrate::RateSeen>& rate) {
  if (!rate) {
    return nullptr;
  }
  return {{"per_second", rate->per_second},
          {"span_s", rate->span_s},
          {"gap_cv", rate->gap_cv},
          {"index_of_dispersion", rate->dispersion},
          {"varies_by_hour", rate->varies_by_hour},
          {"calls_by_hour", rate->hourly},
          {"calls_by_hour_of_week", rate->hour_of_week},
          {"seconds_by_hour_of_week", rate->hour_of_week_s}};
}

json split_json(const std::optional<calibrate::CpuSplit>& split) {
  if (!split) {
    return nullptr;
  }
  json points = json::array();
  for (const calibrate::MeanAtMemory& point : split->points) {
    points.push_back({{"memory_mb", point.memory_mb},
                      {"mean_ms", point.mean_ms},
                      {"fitted_ms", point.fitted_ms}});
  }
  return {{"cpu_ms", split->cpu_ms}, {"wait_ms", split->wait_ms}, {"points", points}};
}

json function_json(const Calibration& found) {
  const calibrate::OutcomeCounts& counts = found.counts;
  constexpr std::string_view kRules[] = {"unknown", "init_free", "init_billed", "steps_of_100_ms"};
  return {{"function", found.name},
          {"runtime", found.log.runtime},
          {"memory_mb", found.memory_mb},
          {"max_used_mb", found.max_used_mb},
          {"calls", counts.calls},
          {"cold", counts.cold},
          {"restored", counts.restored},
          {"timeouts", counts.timeouts},
          {"errors", counts.errors},
          {"out_of_memory", counts.out_of_memory},
          {"crashes", counts.crashes},
          {"unfinished", found.log.unfinished},
          {"billing", kRules[static_cast<std::size_t>(found.billing.rule)]},
          {"duration_ms", fit_json(found.warm)},
          {"first_duration_ms", fit_json(found.first)},
          {"init_ms", fit_json(found.init)},
          {"restore_ms", fit_json(found.restore)},
          {"rate", rate_json(found.rate)},
          {"contexts", contexts_json(found.contexts)},
          {"cpu_split", split_json(found.split)},
          {"not_known", not_known(found)}};
}

}  // namespace

std::string calibration_json(const std::vector<Calibration>& functions,
                             const calibrate::ReadCounts& counts) {
  json root{{"events", counts.events}, {"skipped", counts.bad}, {"functions", json::array()}};
  for (const Calibration& function : functions) {
    root["functions"].push_back(function_json(function));
  }
  return root.dump(2) + "\n";
}

std::string check_json(const CheckResult& result, std::optional<double> within) {
  json figures = json::array();
  for (const Agreement& figure : result.figures) {
    figures.push_back({{"what", figure.what},
                       {"unit", figure.unit},
                       {"measured", figure.measured},
                       {"simulated", figure.simulated},
                       {"judged", figure.is_judged}});
  }
  json distances = json::array();
  for (const SampleDistance& distance : result.distances) {
    distances.push_back({{"what", distance.what},
                         {"measured", distance.measured},
                         {"simulated", distance.simulated},
                         {"kolmogorov_smirnov", distance.ks},
                         {"wasserstein_ms", distance.wasserstein_ms}});
  }
  json beyond = json::array();
  for (const Agreement& figure : within ? result.beyond(*within) : std::vector<Agreement>{}) {
    beyond.push_back(figure.what);
  }
  return json{{"function", result.function},
              {"figures", figures},
              {"distances", distances},
              {"beyond", beyond}}
      .dump();
}

}  // namespace lambdasim::app
