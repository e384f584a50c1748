// What an event source mapping says of a queue or a stream, the same in every format.
#pragma once

#include "sim/import/properties.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// Reads a queue: visibility timeout, retention, redrive, FIFO.
Queue read_queue(Properties& properties);

/// What a mapping reads from, as far as the template tells.
struct Origin {
  std::string kind;              ///< sqs, kinesis, dynamodb_stream or kafka
  std::string name;              ///< for messages
  const Queue* queue = nullptr;  ///< nothing: it is not in the template
  const std::string* shards = nullptr;
};

/// Reads a mapping into `source` and takes what has no part; the rest is left to finish().
/// @return whether it is enabled
bool read_mapping(Properties& properties, const Origin& origin, const Function& function,
                  Source& source);

/// Canonical names of properties of mappings that have no part in a simulation.
const std::set<std::string>& mapping_without_part();

}  // namespace lambdasim::import
