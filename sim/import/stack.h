// What every kind of template is read into: functions, and the sources that invoke them, each with
// what the scenario will say of it. Knows nothing of the template's format.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/diagnostics.h"

namespace lambdasim::import {

/// A value as a scenario writes it, and why it stands there.
struct Value {
  std::string text;     ///< `512 MB`
  int line = 0;         ///< of the template; 0: the template does not say it
  std::string fill_in;  ///< not empty: a placeholder, and this is what has to be filled in
  std::string remark;   ///< e.g. whose default it is
};

/// Keys as paths within a function or source (`provisioned.concurrency`), in order.
using Settings = std::vector<std::pair<std::string, Value>>;

struct Function {
  std::string id;    ///< by which the template refers to it
  std::string name;  ///< in the scenario
  config::Location where;
  std::string path;   ///< in the template
  Settings settings;  ///< what stands under the function, without handler and INIT
  Settings async;     ///< what holds where it is invoked asynchronously
  long timeout_s = 3;
  long reserved = -1;  ///< -1: none
  long provisioned = 0;
  std::optional<Value> provisioned_value;
  bool is_published = false;  ///< has a version or an alias
  std::optional<Value> snap_start;
  std::optional<Value> front;  ///< what its callers come through
};

/// A queue of the template, or what is known of one outside.
struct Queue {
  int line = 0;
  std::optional<Value> visibility;  ///< nothing: of a queue that is not in the template
  long visibility_s = 0;
  std::optional<Value> retention;
  std::optional<Value> maximum_receives;
  bool is_fifo = false;
};

struct Source {
  std::string function;  ///< id of a function
  config::Location where;
  std::string path;
  std::string kind;   ///< as a scenario names it: http, async, sqs, kinesis, ...
  Settings settings;  ///< under the kind
  Settings arrivals;  ///< empty: a placeholder
  bool is_batch() const { return kind != "http" && kind != "async"; }
};

struct Stack {
  std::string kind;                          ///< of template, as people say it
  Value region;                              ///< empty where the template names none
  std::optional<Value> account_concurrency;  ///< where the usual 1,000 are too few
  std::vector<Function> functions;
  std::vector<Source> sources;
  std::map<std::string, Queue> queues;            ///< by id
  std::map<std::string, std::string> shards;      ///< of streams, by id; text
  std::map<std::string, std::string> stands_for;  ///< an alias or version, by id, for a function

  /// Adds a function under a name that scenarios allow and no other function has.
  Function& add(Function function, std::string_view name);
  /// Adds a call that somebody waits for, at a rate to be filled in.
  void add_call(const Function& function, const config::Location& where, const std::string& path);
  /// Adds events that invoke a function asynchronously, at a rate to be filled in.
  void add_events(const Function& function, const config::Location& where, const std::string& path);
  /// The function that an id or name stands for; nothing if there is none.
  Function* find(std::string_view id);
};

}  // namespace lambdasim::import
