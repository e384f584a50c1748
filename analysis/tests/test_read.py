"""lambdasim.read on files made by hand."""

from __future__ import annotations

import tracemalloc
import warnings

import h5py
import numpy as np
import pandas as pd
import pytest
from conftest import invocation_columns

import lambdasim
from lambdasim.frame import categorical, frame_of


def test_reads_every_column_in_the_type_of_the_file(make_file):
    frame = lambdasim.read(make_file(1000))
    expected = invocation_columns(1000)
    assert set(frame.columns) == set(expected)
    assert frame["arrival_ns"].dtype == np.int64
    for name in ("arrival_ns", "latency_ns", "billed_ms", "cost_usd"):
        np.testing.assert_array_equal(frame[name].to_numpy(), expected[name])


def test_reads_only_the_columns_asked_for_in_that_order(make_file):
    frame = lambdasim.read(make_file(), columns=["start", "arrival_ns"])
    assert list(frame.columns) == ["start", "arrival_ns"]


def test_codes_become_categoricals_with_their_meanings(make_file):
    frame = lambdasim.read(make_file(1000))
    assert list(frame["start"].cat.categories)[:2] == ["warm", "cold"]
    assert (frame["start"] == "cold").sum() == 20
    assert (frame["outcome"] == "throttled").sum() == 10


def test_designs_and_functions_come_by_name(make_file):
    frame = lambdasim.read(make_file(10))
    assert list(frame["design"][:3]) == ["outside", "inside", "outside"]
    assert set(frame["function"]) == {"get_user"}


def test_minus_one_stands_for_all_functions(make_file):
    summary = lambdasim.read(make_file(), "summary")
    assert list(summary["function"]) == ["(all)", "get_user", "(all)", "get_user"]


def test_units_and_long_names_travel_with_the_frame(make_file):
    frame = lambdasim.read(make_file())
    assert frame.attrs["units"]["latency_ns"] == "ns"
    assert frame.attrs["long_name"]["start"] == "about start"


def test_reading_needs_little_more_memory_than_the_columns(make_file):
    path = make_file(2_000_000)
    columns = ["arrival_ns", "latency_ns", "cost_usd", "start"]
    size = 2_000_000 * (8 + 8 + 8 + 1)
    tracemalloc.start()
    frame = lambdasim.read(path, columns=columns)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(frame) == 2_000_000
    assert peak < 1.2 * size


def test_a_frame_is_a_view_of_the_arrays_it_is_made_of():
    values = np.arange(1000, dtype="i8")
    codes = np.zeros(1000, "u1")
    coded = categorical(codes, np.arange(2), ["warm", "cold"])
    frame = frame_of({"x": values, "start": coded})
    assert np.shares_memory(frame["x"].to_numpy(), values)
    assert np.shares_memory(frame["start"].array.codes, codes)


def test_codes_with_gaps_keep_their_meaning():
    coded = categorical(np.array([7, 2, 7], "u1"), np.array([2, 7]), ["two", "seven"])
    assert list(coded) == ["seven", "two", "seven"]


@pytest.mark.parametrize("values", [[0, 1], [2, 7]])
def test_a_code_without_a_meaning_is_an_error(values):
    with pytest.raises(ValueError, match="no meaning"):
        categorical(np.array([9], "u1"), np.array(values), ["a", "b"])


def test_a_partial_file_gives_the_committed_rows_and_a_warning(make_file):
    path = make_file(1000, committed=640)
    with pytest.warns(lambdasim.PartialFile, match="partial"):
        frame = lambdasim.read(path)
    assert len(frame) == 640
    assert frame["arrival_ns"].iloc[-1] == 639_000_000


def test_columns_of_different_length_are_cut_at_the_last_commit(make_file):
    path = make_file(1000, committed=640)
    with h5py.File(path, "a") as file:
        file["invocations/cost_usd"].resize((700,))
    with pytest.warns(lambdasim.PartialFile):
        assert lambdasim.read(path).shape == (640, 8)


def test_a_complete_file_gives_no_warning(make_file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lambdasim.read(make_file())


def test_a_table_without_rows_gives_an_empty_frame(make_file):
    frame = lambdasim.read(make_file(0))
    assert frame.shape == (0, 8)
    assert isinstance(frame["start"].dtype, pd.CategoricalDtype)


def test_a_missing_file_is_named_and_so_is_its_partial_file(make_file):
    partial = make_file(10, committed=5)
    final = partial.with_name("out.h5")
    with pytest.raises(FileNotFoundError, match=r"out\.h5\.partial"):
        lambdasim.read(final)


def test_an_unknown_table_names_those_that_exist(make_file):
    with pytest.raises(lambdasim.TableNotFound, match="did you mean 'invocations'.*summary"):
        lambdasim.read(make_file(), "invocation")


def test_an_unknown_column_names_those_that_exist(make_file):
    with pytest.raises(lambdasim.ColumnNotFound, match="did you mean 'latency_ns'.*arrival_ns"):
        lambdasim.read(make_file(), columns=["latency_ms"])


def test_one_bare_name_of_a_column_is_an_error(make_file):
    with pytest.raises(TypeError, match="list"):
        lambdasim.read(make_file(), columns="start")


def test_other_files_are_refused(tmp_path):
    text = tmp_path / "text.h5"
    text.write_text("not HDF5")
    with pytest.raises(lambdasim.NotAResult, match="not an HDF5 file"):
        lambdasim.read(text)
    other = tmp_path / "other.h5"
    h5py.File(other, "w").close()
    with pytest.raises(lambdasim.NotAResult, match="not a result"):
        lambdasim.read(other)


def test_tables_scenario_and_provenance(make_file):
    path = make_file(10)
    assert lambdasim.tables(path) == {
        "designs": 2,
        "functions": 2,
        "invocations": 10,
        "scenario": 1,
        "summary": 4,
    }
    assert lambdasim.scenario(path) == "name: get-user\n"
    assert lambdasim.scenario(path, "inside") == "name: b\n"
    assert lambdasim.provenance(path) == {"seed": "1"}
    with pytest.raises(lambdasim.TableNotFound, match="outside, inside"):
        lambdasim.scenario(path, "elsewhere")
