#include "models/pricing/charges.h"

#include <utility>

namespace lambdasim::models {
namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr std::int64_t kMbAGb = 1024;
constexpr std::int64_t kBytesAGb = std::int64_t{1} << 30;
constexpr std::int64_t kKbAGb = std::int64_t{1} << 20;
constexpr std::int64_t kSecondsAnHour = 3600;
constexpr std::int64_t kMsASecond = 1000;
constexpr std::int64_t kNanosADollar = 1'000'000'000;

Money part(std::uint64_t count, std::int64_t of) {
  return Money{Integer{count}, Integer{of}};
}

Money gb(std::int64_t mb) {
  return Money{mb, kMbAGb};
}

/// With provisioned concurrency a function leaves the free tier.
bool is_provisioned(const Usage& usage) {
  return usage.provisioned_s != 0 || usage.provisioned_ms != 0;
}

Allowance unless_provisioned(const Usage& usage, Allowance allowance) {
  return is_provisioned(usage) ? Allowance::kNone : allowance;
}

class Charges {
 public:
  Charges(const PriceTable& prices, const Usage& usage) : prices_(prices), usage_(usage) {}

  std::vector<Charge> all(const ByArchitecture& durations) {
    add_calls();
    add_duration(durations.of(usage_.arm64));
    add_storage();
    add_provisioned();
    add_snapshots();
    add_durable();
    add_workflows();
    add_instances();
    add_pollers();
    add_keys();
    add_front_door();
    return std::move(charges_);
  }

 private:
  void add(Money Bill::*line, Money amount, const Price& price, std::string_view what,
           Allowance allowance = Allowance::kNone) {
    charges_.push_back({line, std::move(amount), price, allowance, what});
  }

  void add_calls() {
    if (usage_.requests != 0) {
      const std::uint64_t steps = rules().requests_of_event(usage_.payload_bytes) - 1;
      add(&Bill::requests, Money{Integer{usage_.requests} + Integer{usage_.events} * steps},
          prices_.usd_per_request, "requests", unless_provisioned(usage_, Allowance::kRequests));
    }
    if (usage_.log_bytes != 0) {
      add(&Bill::logs, part(usage_.log_bytes, kBytesAGb), prices_.usd_per_logs_gb, "logs");
    }
    if (usage_.streamed_bytes != 0) {
      add(&Bill::streaming, part(usage_.streamed_bytes, kBytesAGb), prices_.usd_per_streamed_gb,
          "streamed responses", Allowance::kStreaming);
    }
    if (usage_.isolated_contexts != 0) {
      add(&Bill::tenants, part(usage_.isolated_contexts, 1) * gb(usage_.memory_mb),
          prices_.usd_per_isolated_gb.of(usage_.arm64), "tenant isolation");
    }
  }

  void add_duration(const Price& price) {
    const std::string_view what = usage_.arm64 ? "arm64" : "x86_64";
    const Allowance allowance = duration_allowance(usage_);
    const Money gb_an_ms = gb(usage_.memory_mb) / kMsASecond;
    if (usage_.billed_ms != usage_.billed_init_ms) {
      add(&Bill::duration, part(usage_.billed_ms - usage_.billed_init_ms, 1) * gb_an_ms, price,
          what, allowance);
    }
    if (usage_.billed_init_ms != 0) {
      add(&Bill::init, part(usage_.billed_init_ms, 1) * gb_an_ms, price, what, allowance);
    }
  }

  void add_storage() {
    const std::int64_t billed_mb = usage_.storage_mb - rules().storage_free_mb;
    const Money ms = part(usage_.billed_ms, 1) + part(usage_.provisioned_ms, 1);
    if (billed_mb > 0 && ms > 0) {
      add(&Bill::storage, ms * gb(billed_mb) / kMsASecond, prices_.usd_per_storage_gb_s,
          "storage above 512 MB");
    }
  }

  void add_provisioned() {
    if (usage_.provisioned_s != 0) {
      add(&Bill::provisioned, part(usage_.provisioned_s, 1) * gb(usage_.memory_mb),
          prices_.usd_per_provisioned_gb_s.of(usage_.arm64), "provisioned concurrency");
    }
    if (usage_.provisioned_ms != 0) {
      add(&Bill::provisioned_duration,
          part(usage_.provisioned_ms, kMsASecond) * gb(usage_.memory_mb),
          prices_.usd_per_provisioned_duration_gb_s.of(usage_.arm64), "provisioned duration");
    }
  }

  void add_snapshots() {
    if (usage_.snapshots_are_free) {
      return;
    }
    if (usage_.snapshot_ms != 0) {
      add(&Bill::snapshots, part(usage_.snapshot_ms, kMsASecond) * gb(usage_.memory_mb),
          prices_.usd_per_snapshot_gb_s, "SnapStart snapshots");
    }
    if (usage_.restores != 0) {
      add(&Bill::restores, part(usage_.restores, 1) * gb(usage_.memory_mb),
          prices_.usd_per_restored_gb, "SnapStart restores");
    }
  }

  void add_durable() {
    if (usage_.durable_operations != 0) {
      add(&Bill::durable, part(usage_.durable_operations, 1), prices_.usd_per_durable_operation,
          "durable operations");
    }
    if (usage_.durable_written_bytes != 0) {
      add(&Bill::durable, part(usage_.durable_written_bytes, kBytesAGb),
          prices_.usd_per_durable_written_gb, "durable data written");
    }
    if (usage_.durable_kb_s != 0) {
      add(&Bill::durable, part(usage_.durable_kb_s, kKbAGb) / month_seconds(),
          prices_.usd_per_durable_gb_month, "durable data retained");
    }
  }

  void add_workflows() {
    if (usage_.transitions != 0) {
      add(&Bill::workflows, part(usage_.transitions, 1), prices_.usd_per_transition,
          "workflow transitions", Allowance::kTransitions);
    }
    if (usage_.express_starts != 0) {
      add(&Bill::workflows, part(usage_.express_starts, 1), prices_.usd_per_express_start,
          "express workflows");
    }
    if (usage_.express_mb_ms != 0) {
      add(&Bill::workflows, part(usage_.express_mb_ms, kMbAGb * kMsASecond),
          prices_.usd_per_express_gb_s, "express workflow duration");
    }
  }

  void add_instances() {
    if (usage_.instance_ms != 0) {
      add(&Bill::instances, part(usage_.instance_ms, kMsASecond * kSecondsAnHour),
          Money{usage_.nano_usd_per_instance_h, kNanosADollar}, "managed instances");
    }
  }

  void add_pollers() {
    if (usage_.sqs_poller_s != 0) {
      add(&Bill::pollers, part(usage_.sqs_poller_s, kSecondsAnHour),
          prices_.usd_per_sqs_poller_hour, "SQS pollers");
    }
    if (usage_.kafka_poller_s != 0) {
      add(&Bill::pollers, part(usage_.kafka_poller_s, kSecondsAnHour),
          prices_.usd_per_kafka_poller_hour, "Kafka pollers");
    }
  }

  void add_keys() {
    if (usage_.kms_requests != 0) {
      add(&Bill::kms, part(usage_.kms_requests, 1), prices_.usd_per_kms_request, "KMS requests",
          Allowance::kKms);
    }
    if (usage_.kms_key_s != 0) {
      add(&Bill::kms, part(usage_.kms_key_s, 1) / month_seconds(), prices_.usd_per_kms_key_month,
          "KMS keys");
    }
  }

  void add_front_door() {
    const Money calls = part(usage_.front_door_calls, 1);
    if (usage_.balancer_ms != 0) {
      add(&Bill::front_door, part(usage_.balancer_ms, kMsASecond * kSecondsAnHour),
          prices_.usd_per_balancer_hour, "load balancers");
    }
    if (calls == 0) {
      return;
    }
    if (usage_.front_door == FrontDoor::kHttpApi) {
      add(&Bill::front_door, calls, prices_.usd_per_http_call, "API Gateway HTTP APIs");
    } else if (usage_.front_door == FrontDoor::kRestApi) {
      add(&Bill::front_door, calls, prices_.usd_per_rest_call, "API Gateway REST APIs");
    } else if (usage_.front_door == FrontDoor::kLoadBalancer) {
      add(&Bill::front_door, calls * rules().lcu_hours(usage_.front_door_bytes),
          prices_.usd_per_lcu_hour, "load balancer capacity");
    }
  }

  static const BillingRules& rules() { return billing_rules(); }
  static Money month_seconds() { return Money{billing_rules().month / std::chrono::seconds{1}}; }

  const PriceTable& prices_;
  const Usage& usage_;
  std::vector<Charge> charges_;
};

Money paid_part(const Money& used, std::uint64_t free) {
  return used > free ? Money{(used - free) / used} : Money{0};
}

}  // namespace

std::vector<Charge> charges_of(const PriceTable& prices, const Usage& usage,
                               const ByArchitecture& durations) {
  return Charges(prices, usage).all(durations);
}

ByArchitecture first_tier_prices(const PriceTable& prices) {
  const auto first = [](const std::vector<Tier>& tiers) {
    return tiers.empty() ? Price{} : Price{tiers.front().usd_per_gb_s};
  };
  return {first(prices.x86_64), first(prices.arm64)};
}

Money on_demand_gb_s(const Usage& usage) {
  return part(usage.billed_ms, kMsASecond) * gb(usage.memory_mb);
}

Allowance duration_allowance(const Usage& usage) {
  return unless_provisioned(usage, Allowance::kDuration);
}

PaidShares paid_shares(const PriceTable& prices, const std::vector<Usage>& usages,
                       const Money& scale) {
  std::array<Money, kAllowances> used;
  for (const Usage& usage : usages) {
    for (const Charge& charge : charges_of(prices, usage, {})) {
      used[static_cast<std::size_t>(charge.allowance)] += charge.amount * scale;
    }
  }
  const auto paid = [&used](Allowance allowance, std::uint64_t free) {
    return paid_part(used[static_cast<std::size_t>(allowance)], free);
  };
  return {{1, paid(Allowance::kRequests, prices.free_requests),
           paid(Allowance::kDuration, prices.free_gb_s),
           paid(Allowance::kStreaming, prices.free_streamed_gb),
           paid(Allowance::kKms, prices.free_kms_requests),
           paid(Allowance::kTransitions, prices.free_transitions)}};
}

Usage& Usage::operator+=(const Usage& more) {
  requests += more.requests;
  events += more.events;
  billed_ms += more.billed_ms;
  billed_init_ms += more.billed_init_ms;
  provisioned_ms += more.provisioned_ms;
  provisioned_s += more.provisioned_s;
  snapshot_ms += more.snapshot_ms;
  restores += more.restores;
  streamed_bytes += more.streamed_bytes;
  isolated_contexts += more.isolated_contexts;
  sqs_poller_s += more.sqs_poller_s;
  kafka_poller_s += more.kafka_poller_s;
  kms_requests += more.kms_requests;
  kms_key_s += more.kms_key_s;
  durable_operations += more.durable_operations;
  durable_written_bytes += more.durable_written_bytes;
  durable_kb_s += more.durable_kb_s;
  transitions += more.transitions;
  express_starts += more.express_starts;
  express_mb_ms += more.express_mb_ms;
  instance_ms += more.instance_ms;
  log_bytes += more.log_bytes;
  front_door_calls += more.front_door_calls;
  balancer_ms += more.balancer_ms;
  return *this;
}

}  // namespace lambdasim::models
