// From what a run counted to the rows that people read: summaries, bills, a month.
#pragma once

#include <vector>

#include "models/pricing/bill.h"
#include "sim/app/scenario.h"
#include "sim/engine/recorders/summary.h"
#include "sim/engine/simulate.h"
#include "sim/io/rows.h"

namespace lambdasim::app {

/// What one task (design x replication) leaves behind once its rows are written.
struct TaskTotals {
  std::vector<engine::FunctionTotals> functions;
  std::vector<engine::FunctionPeaks> peaks;
  std::vector<engine::SourceTotals> sources{};    ///< by index of Setup::arrivals, or fewer
  std::vector<engine::BackendTotals> backends{};  ///< by BackendId, or fewer
};

/// The settings of one function that its bill depends on; nothing used yet.
models::Usage billed_settings(const Design& design, std::size_t function);

/// Usage of one function in the measured window, for a bill.
models::Usage usage_of(const Design& design, std::size_t function, const TaskTotals& task);

/// One row a function, and one for all of them together when there are several.
std::vector<io::SummaryRow> summary_rows(const Design& design, std::uint8_t design_index,
                                         std::uint32_t replication, const TaskTotals& totals);

/// The bill of a month of 30 days at the average load of the measured window, with tiers and free
/// tier of the account; summed over functions.
/// @param usages of every function, over all replications
/// @param measured time that `usages` cover: window x replications
models::Bill bill_of_month(const models::PriceTable& prices,
                           const std::vector<models::Usage>& usages, core::Duration measured);

}  // namespace lambdasim::app
