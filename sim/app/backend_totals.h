// From what backends, resources and /tmp counted in a run to the rows that people read, and to what
// of them is billed: KMS.
#pragma once

#include <vector>

#include "models/pricing/usage.h"
#include "sim/app/scenario.h"
#include "sim/engine/backend.h"
#include "sim/engine/simulate.h"
#include "sim/io/rows.h"

namespace lambdasim::app {

/// The rows of one task, in order; empty where a design has nothing of the kind.
struct StepwiseRows {
  std::vector<io::BackendRow> backends;
  std::vector<io::ResourceRow> resources;
  std::vector<io::StorageRow> storage;  ///< of functions with files, or that write
  std::vector<io::CallRow> calls;       ///< of functions that call others

  StepwiseRows& operator+=(const StepwiseRows& more);
};

/// @param connected connections x time, by BackendId, or fewer
StepwiseRows stepwise_rows(const Design& design, std::uint8_t design_index,
                           std::uint32_t replication, const engine::RunResult& result,
                           const std::vector<core::Duration>& connected = {});

/// Adds the requests of KMS that a function made, and the keys if it pays for them.
/// @param totals by BackendId, or fewer
/// @param window that was measured
void add_kms(const Design& design, std::size_t function,
             const std::vector<engine::BackendTotals>& totals, core::Duration window,
             models::Usage& usage);

}  // namespace lambdasim::app
