// What can only be said when a whole template is read.
#pragma once

#include "sim/import/findings.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// Completes the settings of functions (SnapStart, provisioned concurrency, front), adds a call to
/// functions that nothing invokes, and sizes the account.
void settle(Stack& stack, Findings& findings);

}  // namespace lambdasim::import
