// Columns that say what a row is of, the same in every table that has them.
#pragma once

#include "sim/io/tables.h"

namespace lambdasim::io {

template <class Row>
Column<Row, NoContext> design_column() {
  return computed<Row, NoContext>("design", "1", "Index into /designs",
                                  [](const Row& row, const NoContext&) { return row.design; });
}

template <class Row>
Column<Row, NoContext> replication_column() {
  return computed<Row, NoContext>("replication", "1", "Replication, from 0",
                                  [](const Row& row, const NoContext&) { return row.replication; });
}

template <class Row>
Column<Row, NoContext> function_column() {
  return computed<Row, NoContext>("function", "1", "Index into /functions",
                                  [](const Row& row, const NoContext&) { return row.function; });
}

template <class Row>
Column<Row, NoContext> bin_start_column() {
  return computed<Row, NoContext>("bin_start_ns", "ns",
                                  "Begin of the bin since the start of simulated time",
                                  [](const Row& row, const NoContext&) { return row.bin_start; });
}

}  // namespace lambdasim::io
