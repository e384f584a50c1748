#include "models/catalogue.h"

#include <array>

#include "models/arrival/constant.h"
#include "models/arrival/poisson.h"
#include "models/arrival/schedule.h"
#include "models/arrival/trace.h"
#include "models/cpu/proportional.h"
#include "models/cpu/quota.h"
#include "models/keepalive/distribution.h"
#include "models/keepalive/fixed.h"
#include "models/keepalive/idle_window.h"
#include "models/keepalive/none.h"
#include "models/source/async.h"
#include "models/source/http.h"
#include "models/source/warming.h"

namespace lambdasim::models {

std::span<const ArrivalModel> arrival_models() {
  static const std::array<ArrivalModel, 5> models{{
      {kPoissonAbout, read_poisson},
      {kConstantAbout, read_constant},
      {kEveryAbout, read_every},
      {kCronAbout, read_cron},
      {kTraceAbout, read_trace},
  }};
  return models;
}

std::span<const SourceModel> source_models() {
  static const std::array<SourceModel, 3> models{{
      {kHttpAbout, read_http},
      {kAsyncAbout, read_async, SourceCharge::kPayload},
      {kWarmingAbout, read_warming},
  }};
  return models;
}

std::span<const KeepAliveModel> keep_alive_models() {
  static const std::array<KeepAliveModel, 4> models{{
      {kNoKeepAliveAbout, read_no_keep_alive},
      {kFixedKeepAliveAbout, read_fixed_keep_alive},
      {kIdleWindowAbout, read_idle_window},
      {kKeepAliveDistributionAbout, read_keep_alive_distribution},
  }};
  return models;
}

std::span<const CpuModelEntry> cpu_models() {
  static const std::array<CpuModelEntry, 2> models{{
      {kQuotaAbout, read_quota},
      {kProportionalAbout, read_proportional},
  }};
  return models;
}

}  // namespace lambdasim::models
