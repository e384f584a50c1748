// What one function used, in integers: the settings that prices depend on and the counts of what
// happened. Every count has a line of the bill; a count that nothing fills costs nothing.
#pragma once

#include <cstdint>

namespace lambdasim::models {

/// What stands between callers and a function.
enum class FrontDoor : std::uint8_t {
  kNone,         ///< called by the SDK
  kFunctionUrl,  ///< costs nothing beside the function
  kHttpApi,      ///< API Gateway, HTTP API
  kRestApi,      ///< API Gateway, REST API
  kLoadBalancer  ///< an Application Load Balancer of its own
};

/// What of an event source the bill holds, beside the invocations.
enum class SourceCharge : std::uint8_t {
  kNone,
  kPayload,       ///< its events, by the size of their payload
  kSqsPollers,    ///< its provisioned pollers
  kKafkaPollers,  ///< likewise
  kDurable,       ///< the operations of its executions and their data, beside their payload
  kWorkflow       ///< what its executions cost beside their invocations
};

/// Settings are what is configured, not what was touched.
struct Usage {
  std::uint64_t requests = 0;
  std::uint64_t billed_ms = 0;       ///< on demand, INIT included
  std::uint64_t billed_init_ms = 0;  ///< the part of billed_ms that INIT added
  std::int64_t memory_mb = 128;
  std::int64_t storage_mb = 512;
  bool arm64 = false;

  std::uint64_t events = 0;          ///< the requests that are asynchronous events
  std::int64_t payload_bytes = 0;    ///< of an event
  std::uint64_t provisioned_ms = 0;  ///< billed duration on provisioned contexts
  std::uint64_t provisioned_s = 0;   ///< BillingRules::provisioned_seconds
  std::uint64_t snapshot_ms = 0;     ///< BillingRules::snapshot_milliseconds, over versions
  std::uint64_t restores = 0;
  bool snapshots_are_free = false;      ///< Java on a managed runtime
  std::uint64_t streamed_bytes = 0;     ///< BillingRules::billed_response_bytes, over responses
  std::uint64_t isolated_contexts = 0;  ///< created under tenant isolation
  std::uint64_t sqs_poller_s = 0;       ///< BillingRules::poller_seconds, over pollers
  std::uint64_t kafka_poller_s = 0;
  std::uint64_t kms_requests = 0;
  std::uint64_t kms_key_s = 0;  ///< keys x seconds
  std::uint64_t durable_operations = 0;
  std::uint64_t durable_written_bytes = 0;
  std::uint64_t durable_kb_s = 0;            ///< KB retained x seconds
  std::uint64_t transitions = 0;             ///< of standard workflows
  std::uint64_t express_starts = 0;          ///< executions of express workflows
  std::uint64_t express_mb_ms = 0;           ///< billed memory x billed time of those
  std::uint64_t instance_ms = 0;             ///< managed instances x ms
  std::int64_t nano_usd_per_instance_h = 0;  ///< what one of them costs, management included
  std::uint64_t log_bytes = 0;

  FrontDoor front_door = FrontDoor::kNone;
  std::int64_t front_door_bytes = 0;   ///< of a call, both ways
  std::uint64_t front_door_calls = 0;  ///< refused ones included
  std::uint64_t balancer_ms = 0;       ///< load balancers x ms

  /// Adds the counts of another usage with the same settings.
  Usage& operator+=(const Usage& more);
};

}  // namespace lambdasim::models
