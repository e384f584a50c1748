// Durable functions: their own key, and their handler cut into what each invocation does.
#include <fmt/format.h>

#include <utility>

#include "models/pricing/bill.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Segment;
using namespace std::chrono_literals;

std::vector<Segment> segments_of(const engine::Program& handler,
                                 const std::vector<DurableMark>& marks,
                                 std::uint64_t suspend_bytes) {
  std::vector<Segment> segments(1);
  auto next = handler.begin();
  for (const DurableMark& mark : marks) {
    Segment& segment = segments.back();
    const auto end = handler.begin() + static_cast<std::ptrdiff_t>(mark.after);
    segment.steps.insert(segment.steps.end(), next, end);
    next = end;
    ++segment.operations;
    segment.written_bytes +=
        mark.pause ? suspend_bytes : static_cast<std::uint64_t>(mark.written_bytes);
    if (mark.pause) {
      segment.pause = *mark.pause;
      segment.pause_purpose = mark.purpose;
      Segment later;
      later.completed = segment.completed + segment.operations;
      segments.push_back(std::move(later));
    }
  }
  segments.back().steps.insert(segments.back().steps.end(), next, handler.end());
  return segments;
}

void check_quotas(ObjectReader& function, const std::vector<Segment>& segments) {
  const std::uint32_t operations = 1 + segments.back().completed + segments.back().operations;
  std::uint64_t written = 0;
  for (const Segment& segment : segments) {
    written += segment.written_bytes;
  }
  if (operations > kMostDurableOperations) {
    function.report("handler",
                    fmt::format("makes {} operations with the start; the quota of a durable "
                                "execution is {}",
                                operations, kMostDurableOperations));
  }
  if (written > static_cast<std::uint64_t>(kMostDurableBytes)) {
    function.report("handler", fmt::format("writes {}; the quota of a durable execution is {}",
                                           config::format_bytes(static_cast<std::int64_t>(written)),
                                           config::format_bytes(kMostDurableBytes)));
  }
}

}  // namespace

void read_durable(ObjectReader& function, const models::PriceTable& prices,
                  const std::vector<DurableMark>& marks, engine::FunctionSetup& setup) {
  if (!function.has("durable")) {
    return;
  }
  ObjectReader reader = function.object("durable");
  engine::Durable durable;
  durable.replay = reader.time_distribution("replay", core::Distribution::constant(200e3));
  durable.retention = reader.duration("retention", 14 * 24h, {24h, 90 * 24h});
  durable.execution_timeout = reader.duration("execution_timeout", 365 * 24h, {1s, 366 * 24h});
  const std::int64_t suspend_bytes = reader.bytes("suspend_size", 256, {0, 256 << 10});
  reader.finish();
  durable.segments = segments_of(setup.handler, marks, static_cast<std::uint64_t>(suspend_bytes));
  check_quotas(function, durable.segments);
  if (const auto missing = models::missing_price(
          prices, {.durable_operations = 1, .durable_written_bytes = 1, .durable_kb_s = 1})) {
    function.report("durable", *missing);
  }
  setup.durable = std::make_shared<const engine::Durable>(std::move(durable));
}

}  // namespace lambdasim::app
