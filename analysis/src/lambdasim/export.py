"""Result tables as Parquet, row group by row group: memory stays constant.

    python -m lambdasim.export out.h5 --table invocations -o out.parquet
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lambdasim.file import (
    NotAResult,
    StrPath,
    TableNotFound,
    checked_columns,
    opened,
    rows_of,
    table_of,
    values_of,
)
from lambdasim.frame import _names, decoded

ROWS_PER_GROUP = 1 << 20


def _array(table: h5py.Group, column: str, values: np.ndarray, names: dict[str, list[str]]) -> pa.Array:
    if values.dtype == object:
        return pa.array(values, type=pa.string())
    return pa.array(decoded(table, column, values, names))


def _batches(
    file: h5py.File, table: h5py.Group, columns: list[str], rows_per_group: int
) -> Iterator[pa.Table]:
    names = _names(file)
    rows = rows_of(table)
    for start in range(0, max(rows, 1), rows_per_group):
        stop = min(start + rows_per_group, rows)
        arrays = [
            _array(table, name, values_of(table, name, start, stop), names) for name in columns
        ]
        yield pa.Table.from_arrays(arrays, names=columns)


def to_parquet(
    path: StrPath,
    output: StrPath,
    table: str = "invocations",
    columns: Iterable[str] | None = None,
    rows_per_group: int = ROWS_PER_GROUP,
) -> int:
    """Writes a table as Parquet (codes and names as dictionaries) and returns its rows.

    The file appears under its name when it is complete. Raises as lambdasim.read(), and OSError.
    """
    output = Path(output)
    beside = output.with_name(output.name + ".partial")
    with opened(path) as file:
        group = table_of(file, table)
        wanted = checked_columns(group, columns)
        batches = _batches(file, group, wanted, rows_per_group)
        first = next(batches)
        with pq.ParquetWriter(beside, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for batch in batches:
                writer.write_table(batch.cast(first.schema))
        rows = rows_of(group)
    os.replace(beside, output)
    return rows


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns its exit code: 0, 65 bad data, 66 no input, 73 can't create."""
    parser = argparse.ArgumentParser(
        prog="python -m lambdasim.export",
        description="Write a table of a lambdasim result as Parquet.",
    )
    parser.add_argument("file", help="result file (.h5, or a .partial one)")
    parser.add_argument("--table", default="invocations", help="default: invocations")
    parser.add_argument("--columns", help="columns, separated by commas (default: all)")
    parser.add_argument("-o", "--output", help="default: TABLE.parquet")
    options = parser.parse_args(arguments)
    columns = options.columns.split(",") if options.columns else None
    output = options.output or f"{options.table}.parquet"
    if not Path(output).resolve().parent.is_dir():
        print(f"cannot create {output}: no such folder", file=sys.stderr)
        return 73
    try:
        rows = to_parquet(options.file, output, options.table, columns)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 66
    except (NotAResult, TableNotFound) as error:
        print(error, file=sys.stderr)
        return 65
    except OSError as error:
        print(f"cannot create {output}: {error}", file=sys.stderr)
        return 73
    print(f"wrote {output} ({rows} rows)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
