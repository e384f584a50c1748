// The settings of a function, the same in every format but for the names of their defaults.
#pragma once

#include <string>

#include "sim/import/properties.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// What holds where a template says nothing.
struct FunctionDefaults {
  long memory_mb = 128;
  long timeout_s = 3;
  std::string whose = "Lambda's default";
};

/// Reads runtime, sizes, limits, SnapStart and what holds for asynchronous calls; what else stands
/// in the properties is the caller's to take before finish_function().
/// @param language of a program that brings its own runtime (`rust`, `go`), where it is known
void read_function(Properties& properties, const FunctionDefaults& defaults,
                   const std::string& language, Function& function);

/// Reports what is left of a function's properties.
void finish_function(Properties& properties);

/// Provisioned concurrency, of a function, a version or an alias.
void read_provisioned(Properties& properties, Function& function);

/// Retries, age and destinations of asynchronous calls.
void read_async(Properties& properties, Function& function);

/// What callers come through: `api_gateway_http`, ... A function has one; others are missed.
void set_front(Function& function, const std::string& front, const config::Location& where,
               const std::string& path, Findings& findings);

}  // namespace lambdasim::import
