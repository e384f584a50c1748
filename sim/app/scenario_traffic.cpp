// What passes between a function and its callers, and what it logs: only its bill depends on it.
#include <fmt/format.h>

#include <algorithm>

#include "models/lifecycle/runtimes.h"
#include "models/pricing/bill.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;

constexpr std::int64_t kMb = std::int64_t{1} << 20;
constexpr std::int64_t kMostPayload = 6 * kMb;     // of a synchronous call, and of what it returns
constexpr std::int64_t kMostStreamed = 200 * kMb;  // since 2025
// The first 6 MB of a streamed response are not capped, the rest goes at 2 MB/s: AWS Lambda quotas
// [documented].
constexpr std::int64_t kUncapped = 6 * kMb;
constexpr std::int64_t kStreamBandwidth = 2 * kMb;
constexpr std::int64_t kMostLogs = 1024 * kMb;

void require_price(ObjectReader& reader, std::string_view key, const models::PriceTable& prices,
                   const models::Usage& usage) {
  if (const auto missing = models::missing_price(prices, usage)) {
    reader.report(key, *missing);
  }
}

/// How long sending a streamed response takes beyond what is not capped.
core::Duration read_stream_time(ObjectReader& response, const FunctionBilling& billing) {
  const std::int64_t uncapped = response.bytes("uncapped", kUncapped, {0, kMostStreamed});
  const std::int64_t per_second = response.bytes("bandwidth", kStreamBandwidth, {1, 1024 * kMb});
  const std::int64_t capped = std::max<std::int64_t>(billing.response_bytes - uncapped, 0);
  return core::duration_of_nanoseconds(1e9 * static_cast<double>(capped) /
                                       static_cast<double>(per_second));
}

void read_response(ObjectReader& function, const models::PriceTable& prices,
                   engine::FunctionSetup& setup, FunctionBilling& billing) {
  ObjectReader response = function.object("response");
  billing.streamed = response.boolean("streamed", false);
  billing.response_bytes = response.bytes("size", 0, {0, kMostStreamed});
  if (!billing.streamed && billing.response_bytes > kMostPayload) {
    response.report("size", fmt::format("must be at most {} unless it is streamed, got {}",
                                        config::format_bytes(kMostPayload),
                                        config::format_bytes(billing.response_bytes)));
  }
  require_price(response, "size", prices,
                {.streamed_bytes = static_cast<std::uint64_t>(billing.billed_stream_bytes())});
  const core::Duration stream_time = read_stream_time(response, billing);
  setup.stream_time = billing.streamed ? stream_time : core::Duration{0};
  response.finish();
}

}  // namespace

void read_billed_traffic(ObjectReader& function, const models::PriceTable& prices,
                         engine::FunctionSetup& setup, FunctionBilling& billing) {
  billing.snapshots_are_free =
      billing.runtime.starts_with("java") && models::is_managed_runtime(billing.runtime);
  if (setup.snap_start) {
    require_price(
        function, "snap_start", prices,
        {.snapshot_ms = 1, .restores = 1, .snapshots_are_free = billing.snapshots_are_free});
  }
  billing.payload_bytes = function.bytes("payload", 0, {0, kMostPayload});
  read_response(function, prices, setup, billing);
  billing.log_bytes = function.bytes("logs", 0, {0, kMostLogs});
  require_price(function, "logs", prices,
                {.log_bytes = static_cast<std::uint64_t>(billing.log_bytes)});
  billing.front_door = static_cast<models::FrontDoor>(function.choice(
      "front", {"none", "function_url", "api_gateway_http", "api_gateway_rest", "alb"}, 0));
  const bool balanced = billing.front_door == models::FrontDoor::kLoadBalancer;
  require_price(function, "front", prices,
                {.front_door = billing.front_door,
                 .front_door_calls = 1,
                 .balancer_ms = balanced ? std::uint64_t{1} : std::uint64_t{0}});
  const bool is_called = billing.front_door != models::FrontDoor::kNone || billing.streamed;
  if (setup.durable != nullptr && is_called) {
    function.report("durable",
                    "does not go together with front or a streamed response: nobody waits for the "
                    "answer of an invocation");
  }
}

}  // namespace lambdasim::app
