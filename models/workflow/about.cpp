#include <array>

#include "models/workflow/source.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 13> kParameters{{
    {"kind", "standard (paid by the transition) or express (paid by the execution and its time)",
     "standard", ""},
    {"start", "the state that an execution begins with", "the first", ""},
    {"transition", "from one state to the next, before it begins (a distribution)", "0 ms",
     "some tens of milliseconds are usual of standard workflows [general knowledge]; no figure is "
     "published, so none is added"},
    {"timeout", "of an execution, up to 365 d (standard) or 5 min (express)", "as long as may be",
     "AWS Step Functions quotas [documented]"},
    {"memory", "of an execution, billed in chunks of 64 MB; express only", "64 MB",
     "the least there is: what a definition and its data take is not modelled [assumed]"},
    {"states.NAME.invoke", "a function, called once and waited for", "", ""},
    {"states.NAME.map",
     "{invoke, items, concurrency}: a function, called once an item, so many at once and joined; "
     "concurrency 0 is all",
     "", ""},
    {"states.NAME.parallel", "first states of branches that run side by side and are joined", "",
     ""},
    {"states.NAME.choice", "states and the probability of each", "", ""},
    {"states.NAME.wait", "a pause (a distribution); 0 s passes on", "", ""},
    {"states.NAME.end", "succeed or fail", "", ""},
    {"states.NAME.retry",
     "{attempts, delay, rate, maximum, jitter, on}: all attempts, from the end of the first to "
     "the second, how delays grow, up to what, full or none, after refusals, errors or all",
     "none; with `retry: {attempts: 4}` delay 1 s, rate 2, jitter none, on all",
     "a state without Retry does not retry, IntervalSeconds 1, MaxAttempts 3 more, BackoffRate 2: "
     "Amazon States Language [documented]"},
    {"states.NAME.catch, next", "the state after a failure, and the one after success",
     "a failure fails the execution; success ends the level well", ""},
}};

}  // namespace

const About kWorkflowAbout{
    "workflow", "executions of a state machine that invokes functions, as in AWS Step Functions",
    "A section `workflows` names them, and an entry of the workload starts one with `start: NAME`. "
    "A call is synchronous: the state ends when the answer comes. A call that fails or is refused "
    "is an attempt; when no attempt is left the state fails, and goes to `catch` or fails what is "
    "around it: the item its map, the branch its parallel state, at last the execution. A retry "
    "draws random numbers of its own. Once something has failed nothing new of it starts, but what "
    "runs runs to its end and is billed. Every state that is entered is a transition, so is every "
    "item and every further attempt; start and end are none. An execution that is not over at its "
    "timeout fails then, whatever catches. One that is not over when the run ends is in flight. "
    "That a standard execution may have 25,000 events, and an express one may be started twice, is "
    "left out.",
    "AWS Step Functions Developer Guide and pricing page; Amazon States Language [documented]",
    kParameters};

}  // namespace lambdasim::models
