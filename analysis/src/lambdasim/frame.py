"""Tables of the result file as DataFrames that own the arrays HDF5 read into, without a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import h5py
import numpy as np
import pandas as pd

from lambdasim.file import (
    StrPath,
    checked_columns,
    meanings_of,
    opened,
    table_names,
    table_of,
    values_of,
)

ALL_FUNCTIONS = "(all)"


def signed(codes: np.ndarray) -> np.ndarray:
    """The same memory as signed integers, which is what pandas keeps codes as."""
    return codes.view(np.dtype(f"i{codes.dtype.itemsize}")) if codes.dtype.kind == "u" else codes


def categorical(codes: np.ndarray, values: np.ndarray, meanings: list[str]) -> pd.Categorical:
    """Codes as a Categorical; shares their memory when the values are 0, 1, 2 and so on.

    codes: shape (n,), unsigned. Raises ValueError for a code without a meaning.
    """
    if not np.array_equal(values, np.arange(len(meanings))):
        table = np.full(int(max(values.max(), codes.max(initial=0))) + 1, -1, dtype=np.int8)
        table[values] = np.arange(len(meanings))
        codes = table[codes]
        if (codes < 0).any():
            raise ValueError(f"a code has no meaning among {meanings}")
    elif codes.max(initial=0) >= len(meanings):
        raise ValueError(f"code {codes.max()} has no meaning among {meanings}")
    return pd.Categorical.from_codes(signed(codes), categories=meanings, validate=False)


def design_categorical(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Indices into /designs as the names of the designs."""
    return categorical(codes, np.arange(len(names)), names)


def function_categorical(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Indices into /functions as names; -1 stands for all functions together, "(all)"."""
    if codes.dtype.kind == "i" and (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names = [*names, ALL_FUNCTIONS]
    return categorical(codes, np.arange(len(names)), names)


def _names(file: h5py.File) -> dict[str, list[str]]:
    """Names behind the columns `design`, `baseline` and `function`."""
    names: dict[str, list[str]] = {}
    present = table_names(file)
    if "designs" in present:
        names["design"] = names["baseline"] = list(values_of(file["designs"], "name"))
    if "functions" in present:
        by_index = dict(
            zip(
                values_of(file["functions"], "function").tolist(),
                values_of(file["functions"], "name"),
                strict=True,
            )
        )
        if sorted(by_index) == list(range(len(by_index))):
            ordered = [by_index[index] for index in range(len(by_index))]
            if len(set(ordered)) == len(ordered):
                names["function"] = ordered
    return names


def decoded(
    table: h5py.Group, column: str, values: np.ndarray, names: Mapping[str, list[str]]
) -> Any:
    """A column as it stands in the DataFrame: values, or a Categorical for codes and indices."""
    flags = meanings_of(table[column])
    if flags is not None:
        return categorical(values, *flags)
    if column in ("design", "baseline") and column in names:
        return design_categorical(values, names[column])
    if column == "function" and column in names:
        return function_categorical(values, names[column])
    return values


def frame_of(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A DataFrame over the given arrays themselves: no copy is made."""
    return pd.DataFrame(dict(columns), copy=False)


def read(
    path: StrPath, table: str = "invocations", columns: Iterable[str] | None = None
) -> pd.DataFrame:
    """One table of a result file, a row a row, columns by name.

    path: an .h5 file, or the .partial file of a run that was stopped or still runs.
    table: invocations, contexts, timeline, summary, sources, backends, resources, storage,
        calls, connections, comparison, histograms, functions, designs, executions and
        workflows where there are workflows, and parents where handlers call or send.
    columns: only these; None reads all.

    Units are the last part of a column's name (arrival_ns, billed_ms, cost_usd) and stand in
    ``frame.attrs["units"]``; ``frame.attrs["long_name"]`` says what each column is. Codes such as
    start and outcome are Categoricals, and so are design and function, by name; in summary and
    comparison the function "(all)" stands for all together.

    Reads each column into one array and copies nothing: memory is the size of the columns.

    Raises FileNotFoundError, NotAResult, TableNotFound, ColumnNotFound; warns with PartialFile.
    """
    with opened(path) as file:
        group = table_of(file, table)
        wanted = checked_columns(group, columns)
        names = _names(file)
        frame = frame_of(
            {name: decoded(group, name, values_of(group, name), names) for name in wanted}
        )
        for attribute in ("units", "long_name"):
            frame.attrs[attribute] = {
                name: str(group[name].attrs[attribute])
                for name in wanted
                if attribute in group[name].attrs
            }
    return frame
