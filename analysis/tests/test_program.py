"""What the built program writes, read back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

import lambdasim
from lambdasim.export import to_parquet

SCENARIO = """\
name: small
seed: 7
duration: 20 min
functions:
  hello:
    runtime: python3.13
    memory: 256 MB
    resources:
      db:
        setup: [{cpu: 10 ms}, {wait: 40 ms}]
        where: outside_handler
    handler:
      - use: db
      - wait: {lognormal: {median: 20 ms, p99: 90 ms}}
      - cpu: 5 ms
workload:
  - invoke: hello
    arrivals: {poisson: {rate: 5 /s}}
designs:
  outside: {functions.hello.resources.db.where: outside_handler}
  inside: {functions.hello.resources.db.where: inside_handler}
"""


def run(binary: Path, *arguments: object) -> subprocess.CompletedProcess:
    command = [str(binary), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def result(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    (folder / "small.yaml").write_text(SCENARIO)
    run(binary, "compare", folder / "small.yaml", "--replications", 2, "-o", folder / "small.h5")
    return folder / "small.h5"


def test_every_table_reads_complete(result):
    sizes = lambdasim.tables(result)
    assert {"invocations", "contexts", "timeline", "summary", "comparison"} <= set(sizes)
    assert {"functions", "designs", "histograms", "scenario", "sources"} <= set(sizes)
    for name, rows in sizes.items():
        assert len(lambdasim.read(result, name)) == rows


def test_latency_is_the_sum_of_its_parts(result):
    calls = lambdasim.read(result)
    parts = calls[["wait_ns", "sandbox_ns", "init_ns", "duration_ns"]].sum(axis=1)
    np.testing.assert_array_equal(parts, calls.latency_ns)


def test_designs_meet_the_same_arrivals(result):
    calls = lambdasim.read(result, columns=["design", "replication", "arrival_ns"])
    for _, of_replication in calls.groupby("replication"):
        arrivals = [np.sort(g.arrival_ns) for _, g in of_replication.groupby("design", observed=True)]
        np.testing.assert_array_equal(arrivals[0], arrivals[1])
    assert list(calls.design.cat.categories) == ["outside", "inside"]


def test_connecting_inside_makes_every_warm_call_longer(result):
    calls = lambdasim.read(result)
    warm = calls[calls.start == "warm"].groupby("design", observed=True).duration_ns.median()
    assert warm["inside"] - warm["outside"] > 45e6


def test_summary_counts_and_adds_up_what_the_rows_say(result):
    calls = lambdasim.read(result)
    summary = lambdasim.read(result, "summary")
    for row in summary[summary.function == "hello"].itertuples():
        own = calls[(calls.design == row.design) & (calls.replication == row.replication)]
        assert row.arrivals == len(own)
        assert row.cold == (own.start == "cold").sum()
        assert row.cost_usd == pytest.approx(own.cost_usd.sum(), rel=1e-8)
        assert row.latency_p99_ms == pytest.approx(own.latency_ns.quantile(0.99) / 1e6, rel=0.02)


def test_contexts_serve_the_calls_that_name_them(result):
    calls = lambdasim.read(result, columns=["design", "replication", "context", "start"])
    contexts = lambdasim.read(result, "contexts")
    keys = ["design", "replication", "context"]
    served = calls[calls.start != "none"].groupby(keys, observed=True).size()
    stated = contexts.set_index(keys).invocations
    stated = stated[stated > 0]
    assert served.sort_index().to_dict() == stated.sort_index().to_dict()


def test_the_scenario_travels_with_the_result(result):
    assert lambdasim.scenario(result) == SCENARIO
    assert "inside_handler" in lambdasim.scenario(result, "inside")
    assert lambdasim.provenance(result)


def test_parquet_agrees_with_the_csv_of_the_program(binary, result, tmp_path):
    columns = ["arrival_ns", "latency_ns", "start"]
    to_parquet(result, tmp_path / "calls.parquet", columns=columns)
    csv = tmp_path / "calls.csv"
    run(binary, "export", result, "--table", "invocations", "--columns", ",".join(columns), "-o", csv)
    rows = [line.split(",") for line in csv.read_text().splitlines()]
    parquet = pq.read_table(tmp_path / "calls.parquet").to_pydict()
    assert rows[0] == columns
    assert [row[1] for row in rows[1:]] == [str(value) for value in parquet["latency_ns"]]
    assert [row[2] for row in rows[1:]] == parquet["start"]


def test_memory_sizes_come_as_a_table(binary, tmp_path):
    (tmp_path / "small.yaml").write_text(SCENARIO)
    output = tmp_path / "sizes.h5"
    run(binary, "memory", tmp_path / "small.yaml", "--sizes", "128,256,1769", "-q", "-o", output)
    sizes = lambdasim.read(output, "memory").set_index("memory_mb")
    summary = lambdasim.read(output, "summary").groupby("design", observed=True)
    assert list(sizes.index) == [128, 256, 1769]
    assert list(sizes.design) == ["128 MB", "256 MB", "1769 MB"]
    assert set(sizes.function) == {"hello"}
    for column in ("duration_mean_ms", "latency_p99_ms", "cold_share"):
        means = summary[column].mean()[list(sizes.design)]
        assert sizes[column].to_numpy() == pytest.approx(means.to_numpy())
    costs = summary.apply(lambda rows: (rows.cost_usd / rows.arrivals).mean() * 1e6)
    assert sizes.cost_per_million_usd.to_numpy() == pytest.approx(costs[list(sizes.design)].to_numpy())
    assert sizes.cost_per_million_usd.idxmin() == sizes.is_cheapest.idxmax()
    assert sizes.duration_mean_ms.idxmin() == sizes.is_fastest.idxmax()
    assert sizes[["is_cheapest", "is_fastest", "is_balanced"]].sum().tolist() == [1, 1, 1]


@pytest.mark.parametrize("name", ["get_user.yaml"])
def test_the_shipped_comparison_ends_in_a_readable_file(binary, tmp_path, name):
    output = tmp_path / "out.h5"
    done = run(binary, "compare", ROOT / "scenarios" / name, "-q", "-o", output)
    assert str(output) in done.stdout
    assert set(lambdasim.read(output, "summary").design) == {"outside", "inside"}


def test_the_first_scenario_of_the_readme_runs(binary, tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "hello.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    run(binary, "run", tmp_path / "hello.yaml", "-q", "-o", tmp_path / "hello.h5")
    calls = lambdasim.read(tmp_path / "hello.h5")
    per_replication = calls.groupby("replication").size()
    assert len(per_replication) == 5
    assert per_replication.to_numpy() == pytest.approx(6 * 3600 * 5, rel=0.05)
