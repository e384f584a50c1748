"""The result file as it lies on disk: tables, committed rows, columns as numpy arrays.

A table is a group with the attribute ``committed_rows``; its columns are 1-D datasets of at least
that length. Rows beyond it were being written when the program was stopped, and are never read.
"""

from __future__ import annotations

import difflib
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

StrPath = str | os.PathLike[str]


class NotAResult(ValueError):
    """The file is not a result of lambdasim, or is damaged."""


class TableNotFound(KeyError):
    """The file has no such table; the message names those it has."""

    def __str__(self) -> str:
        return str(self.args[0])


class ColumnNotFound(TableNotFound):
    """The table has no such column; the message names those it has."""


class PartialFile(UserWarning):
    """The run that wrote the file was stopped: it holds the rows up to the last commit."""


def _not_found(what: str, name: str, known: list[str], where: str) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{where} has no {what} {name!r}{hint} (it has: {', '.join(known) or 'none'})"


@contextmanager
def opened(path: StrPath) -> Iterator[h5py.File]:
    """Opens a result file for reading, also while a run still writes it.

    Raises FileNotFoundError (which names the partial file when there is one) and NotAResult. Warns
    with PartialFile when the run did not end.
    """
    path = Path(path)
    if not path.exists():
        partial = path.with_name(path.name + ".partial")
        hint = f"; a stopped run left {partial}" if partial.exists() else ""
        raise FileNotFoundError(f"no file {path}{hint}")
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        raise NotAResult(f"{path} is not an HDF5 file, or is damaged: {error}") from error
    with file:
        if "complete" not in file.attrs:
            raise NotAResult(f"{path} is an HDF5 file, but not a result of lambdasim")
        if not file.attrs["complete"]:
            warnings.warn(
                f"{path} is partial: the run that wrote it did not end; rows after the last "
                "commit, and the tables written at the end, are missing",
                PartialFile,
                stacklevel=4,
            )
        yield file


def table_names(file: h5py.File) -> list[str]:
    """Names of the tables of an open file, in alphabetical order."""
    return sorted(name for name, item in file.items() if "committed_rows" in item.attrs)


def table_of(file: h5py.File, name: str) -> h5py.Group:
    """One table of an open file. Raises TableNotFound."""
    name = name.strip("/")
    known = table_names(file)
    if name not in known:
        raise TableNotFound(_not_found("table", name, known, str(file.filename)))
    return file[name]


def rows_of(table: h5py.Group) -> int:
    """Number of complete rows."""
    return int(table.attrs["committed_rows"])


def column_names(table: h5py.Group) -> list[str]:
    """Columns of a table in the order in which they were declared, as far as HDF5 kept it."""
    names = [name for name in table if table[name].attrs.get("CLASS") != b"DIMENSION_SCALE"]
    return sorted(names, key=lambda name: h5py.h5o.get_info(table[name].id).addr)


def checked_columns(table: h5py.Group, columns: Iterable[str] | None) -> list[str]:
    """The wanted columns, or all for None. Raises ColumnNotFound, TypeError for one bare str."""
    known = column_names(table)
    if columns is None:
        return known
    if isinstance(columns, str):
        raise TypeError(f"columns takes a list of names: columns=[{columns!r}]")
    wanted = list(columns)
    for name in wanted:
        if name not in known:
            raise ColumnNotFound(_not_found("column", name, known, f"table {table.name[1:]!r}"))
    return wanted


def values_of(table: h5py.Group, column: str, start: int = 0, stop: int | None = None) -> np.ndarray:
    """Rows [start, stop) of a column, shape (stop - start,): one allocation, filled by HDF5.

    Text comes as an array of str objects, everything else in the type of the file.
    """
    stop = rows_of(table) if stop is None else stop
    dataset = table[column]
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return dataset.asstr()[start:stop]
    values = np.empty(stop - start, dtype=dataset.dtype)
    if len(values) != 0:
        dataset.read_direct(values, source_sel=np.s_[start:stop])
    return values


def meanings_of(dataset: h5py.Dataset) -> tuple[np.ndarray, list[str]] | None:
    """Codes and what they mean (CF flag_values, flag_meanings), or None for a quantity."""
    if "flag_meanings" not in dataset.attrs:
        return None
    meanings = dataset.attrs["flag_meanings"]
    text = meanings.decode() if isinstance(meanings, bytes) else str(meanings)
    return np.asarray(dataset.attrs["flag_values"]), text.split()


def tables(path: StrPath) -> dict[str, int]:
    """Names of the tables of a file, each with its number of complete rows.

    Raises FileNotFoundError, NotAResult; warns with PartialFile.
    """
    with opened(path) as file:
        return {name: rows_of(file[name]) for name in table_names(file)}


def scenario(path: StrPath, design: str | None = None) -> str:
    """The scenario as YAML text: as it was given, or complete as it held for one design.

    Raises FileNotFoundError, NotAResult, and KeyError with the names when there is no such design.
    """
    with opened(path) as file:
        if design is None:
            return str(values_of(table_of(file, "scenario"), "given_yaml")[0])
        table = table_of(file, "designs")
        names = list(values_of(table, "name"))
        if design not in names:
            raise TableNotFound(_not_found("design", design, names, str(path)))
        return str(values_of(table, "resolved_yaml")[names.index(design)])


def provenance(path: StrPath) -> dict[str, str]:
    """Seed, versions of program and libraries, price table, command line. Raises as tables()."""
    with opened(path) as file:
        attributes = file["provenance"].attrs if "provenance" in file else {}
        return {
            name: value.decode() if isinstance(value, bytes) else str(value)
            for name, value in attributes.items()
        }
