#include "models/catalogue.h"

#include <array>

#include "models/arrival/constant.h"
#include "models/arrival/diurnal.h"
#include "models/arrival/flash_crowd.h"
#include "models/arrival/hawkes.h"
#include "models/arrival/mmpp.h"
#include "models/arrival/periodic.h"
#include "models/arrival/piecewise.h"
#include "models/arrival/poisson.h"
#include "models/arrival/renewal.h"
#include "models/arrival/schedule.h"
#include "models/arrival/superposition.h"
#include "models/arrival/trace.h"
#include "models/cpu/proportional.h"
#include "models/cpu/quota.h"
#include "models/eviction/greedy_dual.h"
#include "models/eviction/largest_first.h"
#include "models/eviction/lfu.h"
#include "models/eviction/lru.h"
#include "models/eviction/oracle.h"
#include "models/keepalive/distribution.h"
#include "models/keepalive/fixed.h"
#include "models/keepalive/hybrid_histogram.h"
#include "models/keepalive/idle_window.h"
#include "models/keepalive/none.h"
#include "models/keepalive/oracle.h"
#include "models/placement/best_fit.h"
#include "models/placement/first_fit.h"
#include "models/placement/hash_affinity.h"
#include "models/placement/least_loaded.h"
#include "models/placement/random.h"
#include "models/source/async.h"
#include "models/source/durable.h"
#include "models/source/dynamodb_stream.h"
#include "models/source/http.h"
#include "models/source/kafka.h"
#include "models/source/kinesis.h"
#include "models/source/sqs.h"
#include "models/source/warming.h"

namespace lambdasim::models {

std::span<const ArrivalModel> arrival_models() {
  static const std::array<ArrivalModel, 13> models{{
      {kPoissonAbout, read_poisson},
      {kConstantAbout, read_constant},
      {kEveryAbout, read_every},
      {kCronAbout, read_cron},
      {kPiecewiseAbout, read_piecewise},
      {kDiurnalAbout, read_diurnal},
      {kFlashCrowdAbout, read_flash_crowd},
      {kMmppAbout, read_mmpp},
      {kPeriodicAbout, read_periodic},
      {kRenewalAbout, read_renewal},
      {kHawkesAbout, read_hawkes},
      {kSuperpositionAbout, read_superposition},
      {kTraceAbout, read_trace},
  }};
  return models;
}

std::span<const SourceModel> source_models() {
  static const std::array<SourceModel, 8> models{{
      {kHttpAbout, read_http},
      {kAsyncAbout, read_async, SourceCharge::kPayload},
      {kSqsAbout, read_sqs, SourceCharge::kSqsPollers},
      {kKinesisAbout, read_kinesis},
      {kDynamoDbStreamAbout, read_dynamodb_stream},
      {kKafkaAbout, read_kafka, SourceCharge::kKafkaPollers},
      {kWarmingAbout, read_warming},
      {kDurableAbout, read_durable, SourceCharge::kDurable},
  }};
  return models;
}

std::span<const KeepAliveModel> keep_alive_models() {
  static const std::array<KeepAliveModel, 6> models{{
      {kNoKeepAliveAbout, read_no_keep_alive},
      {kFixedKeepAliveAbout, read_fixed_keep_alive},
      {kIdleWindowAbout, read_idle_window},
      {kKeepAliveDistributionAbout, read_keep_alive_distribution},
      {kHybridHistogramAbout, read_hybrid_histogram},
      {kKeepAliveOracleAbout, read_keep_alive_oracle},
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

std::span<const PlacementModel> placement_models() {
  static const std::array<PlacementModel, 5> models{{
      {kFirstFitAbout, read_first_fit},
      {kBestFitAbout, read_best_fit},
      {kLeastLoadedAbout, read_least_loaded},
      {kRandomPlacementAbout, read_random},
      {kHashAffinityAbout, read_hash_affinity},
  }};
  return models;
}

std::span<const EvictionModel> eviction_models() {
  static const std::array<EvictionModel, 5> models{{
      {kGreedyDualAbout, read_greedy_dual},
      {kLeastRecentlyUsedAbout, read_lru},
      {kLeastFrequentlyUsedAbout, read_lfu},
      {kLargestFirstAbout, read_largest_first},
      {kEvictionOracleAbout, read_oracle_eviction},
  }};
  return models;
}

}  // namespace lambdasim::models
