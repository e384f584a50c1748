"""Result files as the program writes them (docs/file_format.md), made by hand and small."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTS = "warm cold provisioned restored reset none"
OUTCOMES = "ok timeout error out_of_memory throttled expired"
FLAGS = {"start": STARTS, "outcome": OUTCOMES}


def add_table(file: h5py.File, name: str, columns: dict, committed: int | None = None) -> h5py.Group:
    group = file.create_group(name)
    rows = len(next(iter(columns.values())))
    scale = group.create_dataset("row", (rows,), "u1", maxshape=(None,), chunks=(65536,))
    scale.make_scale("This is a netCDF dimension but not a netCDF variable.")
    for column, values in columns.items():
        if isinstance(values, list):
            dataset = group.create_dataset(column, data=values, dtype=h5py.string_dtype())
        else:
            dataset = group.create_dataset(
                column, data=values, maxshape=(None,), chunks=(65536,), shuffle=True, compression=1
            )
        dataset.attrs["long_name"] = f"about {column}"
        if column.endswith("_ns"):
            dataset.attrs["units"] = "ns"
        if column in FLAGS:
            dataset.attrs["flag_values"] = np.arange(len(FLAGS[column].split()), dtype="u1")
            dataset.attrs["flag_meanings"] = FLAGS[column]
        dataset.dims[0].attach_scale(scale)
    group.attrs["committed_rows"] = np.uint64(rows if committed is None else committed)
    return group


def invocation_columns(rows: int) -> dict[str, np.ndarray]:
    number = np.arange(rows)
    return {
        "design": (number % 2).astype("u1"),
        "function": np.zeros(rows, "u4"),
        "arrival_ns": number.astype("i8") * 1_000_000,
        "latency_ns": 5_000_000 + (number % 97).astype("i8") * 10_000,
        "billed_ms": (number % 50).astype("u4"),
        "cost_usd": number * 1e-9,
        "start": (number % 50 == 0).astype("u1"),
        "outcome": np.where(number % 100 == 99, 4, 0).astype("u1"),
    }


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[..., Path]:
    """Makes a result file of `rows` invocations; partial with `committed` of them."""

    def make(rows: int = 1000, committed: int | None = None) -> Path:
        path = tmp_path / ("out.h5" if committed is None else "out.h5.partial")
        with h5py.File(path, "w", libver=("earliest", "v108")) as file:
            file.attrs["title"] = "get-user"
            file.attrs["complete"] = np.uint64(committed is None)
            file.create_group("provenance").attrs["seed"] = "1"
            add_table(file, "invocations", invocation_columns(rows), committed)
            add_table(file, "scenario", {"given_yaml": ["name: get-user\n"]})
            add_table(
                file,
                "designs",
                {"name": ["outside", "inside"], "resolved_yaml": ["name: a\n", "name: b\n"]},
            )
            add_table(
                file,
                "functions",
                {
                    "design": np.array([0, 1], "u1"),
                    "function": np.zeros(2, "u4"),
                    "name": ["get_user", "get_user"],
                },
            )
            add_table(
                file,
                "summary",
                {
                    "design": np.array([0, 0, 1, 1], "u1"),
                    "function": np.array([-1, 0, -1, 0], "i4"),
                    "cold_share": np.array([0.1, 0.1, 0.2, 0.2]),
                },
            )
        return path

    return make


@pytest.fixture(scope="session")
def binary() -> Path:
    """The built program. Its absence is a failure: nothing here is skipped."""
    path = Path(os.environ.get("LAMBDASIM", ROOT / "build" / "release" / "lambdasim"))
    assert path.is_file(), f"{path} is missing; './dev build' makes it"
    return path
