// What passes between a function and its callers, and what it logs: only its bill depends on it.
#include <fmt/format.h>

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
constexpr std::int64_t kMostLogs = 1024 * kMb;

void require_price(ObjectReader& reader, std::string_view key, const models::PriceTable& prices,
                   const models::Usage& usage) {
  if (const auto missing = models::missing_price(prices, usage)) {
    reader.report(key, *missing);
  }
}

void read_response(ObjectReader& function, const models::PriceTable& prices,
                   FunctionBilling& billing) {
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
  response.finish();
}

}  // namespace

void read_billed_traffic(ObjectReader& function, const models::PriceTable& prices,
                         const engine::FunctionSetup& setup, FunctionBilling& billing) {
  billing.snapshots_are_free =
      billing.runtime.starts_with("java") && models::is_managed_runtime(billing.runtime);
  if (setup.snap_start) {
    require_price(
        function, "snap_start", prices,
        {.snapshot_ms = 1, .restores = 1, .snapshots_are_free = billing.snapshots_are_free});
  }
  billing.payload_bytes = function.bytes("payload", 0, {0, kMostPayload});
  read_response(function, prices, billing);
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
}

}  // namespace lambdasim::app
