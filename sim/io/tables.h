// The columns of every table of the file, declared once. docs/file_format.md describes them.
#pragma once

#include <vector>

#include "sim/engine/records.h"
#include "sim/io/column.h"
#include "sim/io/rows.h"

namespace lambdasim::io {

/// What one invocation of a function costs, so that the writer can tell it from its record.
struct CostRates {
  double usd_per_call = 0;  ///< of a served one
  double usd_per_billed_ms = 0;
  double usd_per_refusal = 0;         ///< the front door's share
  double usd_per_response = 0;        ///< of a call that ended well, beside usd_per_call
  double usd_per_restore = 0;         ///< of a SnapStart restore
  double usd_per_provisioned_ms = 0;  ///< in place of usd_per_billed_ms
};

/// What the rows of one task share.
struct TaskContext {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  const std::vector<CostRates>* rates = nullptr;  ///< by function
};

/// What rows share that carry everything themselves.
struct NoContext {};

template <class Row>
using PlainColumns = std::vector<Column<Row, NoContext>>;

const std::vector<Column<engine::InvocationRecord, TaskContext>>& invocation_columns();
const std::vector<Column<engine::ContextRecord, TaskContext>>& context_columns();
const std::vector<Column<ExecutionRow, TaskContext>>& execution_columns();
const std::vector<Column<engine::ParentRecord, TaskContext>>& parent_columns();
const PlainColumns<SummaryRow>& summary_columns();
const PlainColumns<ComparisonRow>& comparison_columns();
const PlainColumns<SourceRow>& source_columns();
const PlainColumns<WorkflowRow>& workflow_columns();
const PlainColumns<BackendRow>& backend_columns();
const PlainColumns<ResourceRow>& resource_columns();
const PlainColumns<StorageRow>& storage_columns();
const PlainColumns<CallRow>& call_columns();
const PlainColumns<ConnectionRow>& connection_columns();
const PlainColumns<MemoryRow>& memory_columns();
const PlainColumns<TimelineRow>& timeline_columns();
const PlainColumns<HistogramRow>& histogram_columns();
const PlainColumns<FunctionRow>& function_columns();
const PlainColumns<DesignRow>& design_columns();

}  // namespace lambdasim::io
