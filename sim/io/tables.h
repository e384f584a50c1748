// The columns of every table of the file, declared once. docs/file_format.md describes them.
#pragma once

#include <vector>

#include "sim/engine/records.h"
#include "sim/io/column.h"
#include "sim/io/rows.h"

namespace lambdasim::io {

/// What one invocation of a function costs, so that the writer can tell it from billed_ms.
struct CostRates {
  double usd_per_request = 0;
  double usd_per_billed_ms = 0;
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
const PlainColumns<SummaryRow>& summary_columns();
const PlainColumns<ComparisonRow>& comparison_columns();
const PlainColumns<MemoryRow>& memory_columns();
const PlainColumns<TimelineRow>& timeline_columns();
const PlainColumns<HistogramRow>& histogram_columns();
const PlainColumns<FunctionRow>& function_columns();
const PlainColumns<DesignRow>& design_columns();

}  // namespace lambdasim::io
