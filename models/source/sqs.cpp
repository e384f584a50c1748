#include "models/source/sqs.h"

#include <array>

namespace lambdasim::models {
namespace {

constexpr std::string_view kMappings =
    "AWS Lambda developer guide, SQS event source mappings "
    "[documented]";
constexpr std::string_view kFromMemory = "AWS documentation [documented, from memory]";
constexpr std::string_view kScaling =
    "AWS Lambda developer guide, scaling of SQS event source "
    "mappings [documented]";
constexpr std::string_view kPollerApi = "AWS Lambda API, ProvisionedPollerConfig [documented]";
constexpr std::string_view kOwn = "no default: it is the workload";

constexpr std::array<Parameter, 28> kParameters{{
    {"batch_size", "most messages of a batch, 1 to 10,000; above 10 with a batch_window", "10",
     kMappings},
    {"batch_window", "time for which a batch gathers messages, at most 300 s; not with fifo", "0 s",
     kMappings},
    {"message_size", "of every message, at most 1 MB", "1 KB", "assumed"},
    {"maximum_payload", "most bytes of a batch", "6 MB", kFromMemory},
    {"visibility_timeout",
     "for which a received message is out of sight; at least the function's timeout",
     "6 x timeout + batch_window",
     "AWS Lambda developer guide, recommended [documented]; a queue "
     "made without it has 30 s, the timeout is the least that AWS "
     "takes"},
    {"maximum_receives", "deliveries of a message, then the dead-letter queue; 1 to 1,000",
     "none: until the retention", kFromMemory},
    {"retention", "age at which a message is lost, 60 s to 14 d", "4 d", kFromMemory},
    {"report_batch_item_failures", "only poisoned messages of a batch come back", "false",
     kMappings},
    {"poison", "probability of a message whose handler always fails", "0",
     "nothing is poisoned unless a scenario says so"},
    {"duplicates", "probability that a message is delivered once more; not with fifo", "0",
     "standard queues deliver at least once, AWS gives no figure"},
    {"poll_latency", "from the receive of a batch until its invocation", "0 ms",
     "not known; small beside durations [assumed]"},
    {"in_flight_limit", "most messages received and neither deleted nor back", "120000",
     kFromMemory},
    {"throttle_backoff",
     "until a refused batch is tried again, doubling; given up when its "
     "messages come back",
     "1 s",
     "that it is tried until then: AWS Lambda developer guide, SQS errors [documented]; the "
     "delay: assumed"},
    {"maximum_concurrency", "most batches in hand, 2 to 1,000; not with provisioned", "none",
     kMappings},
    {"scaling.minimum", "batches in hand at once, at the start and without a backlog", "5",
     "AWS Lambda developer guide [documented]; it says that 2 may do when there is little traffic"},
    {"scaling.quota", "most that a mapping may have", "1250", kScaling},
    {"scaling.up", "batches more while messages wait", "300 /min", kScaling},
    {"scaling.down_after",
     "span without a backlog after which those are given up that it did not "
     "need",
     "1 min", "that it falls back: documented; when: assumed"},
    {"scaling.step_down", "batches fewer after each failed or refused one", "1",
     "AWS Lambda developer guide, SQS errors: that concurrency is reduced, for refusals and for "
     "errors without report_batch_item_failures [documented]; by how much: assumed"},
    {"fifo.groups", "message groups; a message's is drawn", "", kOwn},
    {"fifo.skew", "the k-th group has a share in proportion to k^-skew", "0", "equal shares"},
    {"provisioned.minimum_pollers", "2 to 200", "2", kPollerApi},
    {"provisioned.maximum_pollers", "2 to 10,000", "200", kPollerApi},
    {"provisioned.invokes_per_poller", "batches in hand at once", "10", kPollerApi},
    {"provisioned.polls_per_poller", "receives of up to 10 messages", "10 /s", kPollerApi},
    {"provisioned.bytes_per_poller", "messages received in a second", "1 MB", kPollerApi},
    {"provisioned.up", "batches more while messages wait", "1000 /min", kPollerApi},
    {"provisioned.down_after", "as scaling.down_after", "1 min",
     "when: assumed; a poller is billed for 1 min at least"},
}};

}  // namespace

const About kSqsAbout{
    "sqs", "an SQS queue, standard or FIFO, read in batches",
    "Lambda receives batches of visible messages and invokes the function with each, as many at "
    "once as it has pollers for: 5 at first, more at a constant rate while messages wait. Success "
    "deletes a batch's messages. All others come back when the visibility timeout since their "
    "receive has passed, even while their handler still runs, and go to the dead-letter queue "
    "after maximum_receives. A refused batch is tried again until its messages come back. FIFO: "
    "one batch a group at a time, in order.",
    "AWS Lambda and SQS developer guides [documented]; the fall of concurrency and the delays "
    "between tries are assumed",
    kParameters};

}  // namespace lambdasim::models
