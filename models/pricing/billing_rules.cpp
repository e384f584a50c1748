#include "models/pricing/billing_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/read_data.h"
#include "sim/config/reader.h"

namespace lambdasim::models {
namespace {

using Integer = boost::multiprecision::cpp_int;
using namespace std::chrono_literals;

constexpr std::int64_t kBytesAGb = std::int64_t{1} << 30;
constexpr std::uint64_t kSecondsAnHour = 3600;
constexpr config::Range<core::Duration> kUpToAYear{0s, 24h * 366};
constexpr config::Range<std::int64_t> kUpToAGb{0, kBytesAGb};

BillingRules read_rules(config::ObjectReader& file) {
  BillingRules rules;
  rules.month = file.duration("month", std::nullopt, kUpToAYear);
  config::ObjectReader event = file.object("event");
  rules.event_first_bytes = event.bytes("first", std::nullopt, kUpToAGb);
  rules.event_step_bytes = event.bytes("step", std::nullopt, kUpToAGb);
  event.finish();
  rules.storage_free_mb = file.megabytes("storage_free", std::nullopt, kUpToAGb);
  rules.response_free_bytes = file.bytes("response_free", std::nullopt, kUpToAGb);
  rules.provisioned_step = file.duration("provisioned_step", std::nullopt, kUpToAYear);
  rules.snapshot_minimum = file.duration("snapshot_minimum", std::nullopt, kUpToAYear);
  rules.poller_minimum = file.duration("poller_minimum", std::nullopt, kUpToAYear);
  config::ObjectReader express = file.object("express");
  rules.express_step = express.duration("step", std::nullopt, kUpToAYear);
  rules.express_memory_mb = express.megabytes("memory", std::nullopt, {1, kBytesAGb});
  express.finish();
  config::ObjectReader balancer = file.object("load_balancer");
  rules.lcu_connections_a_second = static_cast<std::uint64_t>(
      balancer.integer("connections_a_second", std::nullopt, {1, 1'000'000}));
  rules.lcu_gb_an_hour = decimal(balancer.text("gb_an_hour"));
  balancer.finish();
  file.finish();
  return rules;
}

std::uint64_t steps_begun(std::int64_t whole, std::int64_t step) {
  return static_cast<std::uint64_t>((whole + step - 1) / step);
}

}  // namespace

std::uint64_t BillingRules::requests_of_event(std::int64_t payload_bytes) const {
  const std::int64_t beyond = std::max<std::int64_t>(payload_bytes - event_first_bytes, 0);
  return 1 + steps_begun(beyond, event_step_bytes);
}

std::int64_t BillingRules::billed_response_bytes(std::int64_t response_bytes) const {
  return std::max<std::int64_t>(response_bytes - response_free_bytes, 0);
}

std::uint64_t BillingRules::provisioned_seconds(core::Duration configured,
                                                std::uint64_t contexts) const {
  const std::uint64_t steps = steps_begun(configured.count(), provisioned_step.count());
  return steps * static_cast<std::uint64_t>(provisioned_step / 1s) * contexts;
}

std::uint64_t BillingRules::snapshot_milliseconds(core::Duration active) const {
  return steps_begun(std::max(active, snapshot_minimum).count(), core::Duration{1ms}.count());
}

std::uint64_t BillingRules::poller_seconds(core::Duration active) const {
  return steps_begun(std::max(active, poller_minimum).count(), core::Duration{1s}.count());
}

std::uint64_t BillingRules::express_milliseconds(core::Duration time) const {
  return steps_begun(time.count(), express_step.count()) *
         static_cast<std::uint64_t>(express_step / 1ms);
}

std::int64_t BillingRules::billed_express_mb(std::int64_t memory_mb) const {
  return static_cast<std::int64_t>(steps_begun(memory_mb, express_memory_mb)) * express_memory_mb;
}

Money BillingRules::lcu_hours(std::int64_t bytes) const {
  const Money of_connections{1, Integer{lcu_connections_a_second * kSecondsAnHour}};
  const Money of_bytes = Money{bytes, kBytesAGb} / lcu_gb_an_hour;
  return std::max(of_connections, of_bytes);
}

const BillingRules& billing_rules() {
  static const BillingRules rules = read_data("billing.yaml", read_rules);
  return rules;
}

Money decimal(std::string_view text) {
  Integer digits = 0;
  Integer scale = 1;
  bool after_point = false;
  bool any = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      digits = digits * 10 + (c - '0');
      scale *= after_point ? 10 : 1;
    } else {
      any = false;
      break;
    }
  }
  if (!any) {
    throw std::invalid_argument(fmt::format("'{}' is not a decimal number", text));
  }
  return Money{digits, scale};
}

double to_double(const Money& money) {
  return static_cast<double>(money);
}

}  // namespace lambdasim::models
