"""python -m lambdasim.export."""

from __future__ import annotations

import polars
import pyarrow.parquet as pq

import lambdasim
from lambdasim.export import main, to_parquet


def test_parquet_holds_what_read_gives(make_file, tmp_path, capsys):
    path = make_file(1000)
    output = tmp_path / "out.parquet"
    assert main([str(path), "-o", str(output)]) == 0
    assert "1000 rows" in capsys.readouterr().out
    table = polars.read_parquet(output)
    frame = lambdasim.read(path)
    assert table.columns == list(frame.columns)
    assert table["latency_ns"].to_list() == frame["latency_ns"].tolist()
    assert table["start"].cast(polars.String).to_list() == frame["start"].tolist()


def test_a_long_table_is_written_in_row_groups(make_file, tmp_path):
    output = tmp_path / "out.parquet"
    assert to_parquet(make_file(1000), output, columns=["start", "cost_usd"], rows_per_group=300) == 1000
    stored = pq.ParquetFile(output)
    assert stored.metadata.num_row_groups == 4
    assert stored.metadata.num_rows == 1000
    assert not output.with_name("out.parquet.partial").exists()


def test_text_and_empty_tables_export_too(make_file, tmp_path):
    path = make_file(0)
    assert to_parquet(path, tmp_path / "i.parquet") == 0
    assert to_parquet(path, tmp_path / "d.parquet", "designs") == 2
    assert pq.read_table(tmp_path / "d.parquet")["name"].to_pylist() == ["outside", "inside"]


def test_exit_codes_tell_what_went_wrong(make_file, tmp_path, capsys):
    path = str(make_file())
    assert main([str(tmp_path / "none.h5")]) == 66
    assert "no file" in capsys.readouterr().err
    assert main([path, "--table", "invocation", "-o", str(tmp_path / "x.parquet")]) == 65
    assert "did you mean 'invocations'" in capsys.readouterr().err
    assert main([path, "-o", str(tmp_path / "nowhere" / "x.parquet")]) == 73
    assert "no such folder" in capsys.readouterr().err
