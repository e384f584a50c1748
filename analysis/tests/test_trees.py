"""Parents of invocations and the trees that they make, of what the program writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_program import SCENARIO as SMALL
from test_program import run

import lambdasim

# By hand: `front` is called at 0.5, 1.5, .. s, works for 10 ms, calls `inner` (20 ms) twice at once,
# sends two events in 5 ms, works for 3 ms. `worker` takes 40 ms and then calls `inner`, too.
PLAIN = "runtime: python3.13, memory: 256 MB, warm_contexts: 5, first_call: [], call_overhead: 0 ms"
SCENARIO = f"""\
name: tree
duration: 3 s
replications: 2
functions:
  front:
    {{{PLAIN},
     handler: [{{wait: 10 ms}}, {{call: inner, times: 2}}, {{send: jobs, events: 2, takes: 5 ms}},
               {{wait: 3 ms}}]}}
  inner: {{{PLAIN}, handler: [{{wait: 20 ms}}]}}
  worker: {{{PLAIN}, handler: [{{wait: 40 ms}}, {{call: inner}}]}}
workload:
  - {{invoke: front, arrivals: {{constant: {{rate: 1 /s, phase: 500 ms}}}}}}
  - {{name: jobs, invoke: worker, source: async}}
designs:
  whole: {{}}
  alone: {{functions.front.handler: [{{wait: 1 ms}}]}}
"""
MS = 1_000_000


@pytest.fixture(scope="module")
def result(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trees")
    (folder / "tree.yaml").write_text(SCENARIO)
    run(binary, "run", folder / "tree.yaml", "-o", folder / "tree.h5")
    return folder / "tree.h5"


def test_every_invocation_leads_to_the_handler_that_caused_it(result):
    calls = lambdasim.read(result)
    parent = lambdasim.parents(result)
    assert parent.index.equals(calls.index)
    by = calls["function"].astype(str)
    causes = pd.Series(np.where(parent < 0, "outside", by.reindex(parent).to_numpy()))
    counts = pd.crosstab(by.to_numpy(), causes.to_numpy())
    assert counts.loc["front", "outside"] == 12
    assert counts.loc["inner", "front"] == 12
    assert counts.loc["inner", "worker"] == 12
    assert counts.loc["worker", "front"] == 12
    assert counts.to_numpy().sum() == 48
    has_parent = parent >= 0
    of_parent = calls.loc[parent[has_parent]].reset_index(drop=True)
    of_child = calls[has_parent].reset_index(drop=True)
    assert (of_parent["replication"] == of_child["replication"]).all()
    assert (of_parent["arrival_ns"] < of_child["arrival_ns"]).all()


def test_a_tree_ends_with_the_last_invocation_that_it_caused(result):
    trees = lambdasim.trees(result)
    whole = trees[trees["design"] == "whole"]
    assert len(whole) == 6
    assert (whole["function"] == "front").all()
    assert set(whole["latency_ns"]) == {(10 + 20 + 5 + 3) * MS}
    assert set(whole["end_to_end_ns"]) == {(10 + 20 + 5 + 40 + 20) * MS}
    assert set(whole["invocations"]) == {1 + 2 + 2 + 2}
    assert set(whole["billed_ms"]) == {38 + 2 * 20 + 2 * 60 + 2 * 20}
    calls = lambdasim.read(result)
    assert trees["cost_usd"].sum() == pytest.approx(calls["cost_usd"].sum())
    alone = trees[trees["design"] == "alone"]
    assert set(alone["end_to_end_ns"]) == {1 * MS}
    assert set(alone["invocations"]) == {1}


def test_later_attempts_at_a_sent_event_belong_to_the_sender(binary, tmp_path):
    retried = "source: {async: {retry_after: {first: 100 ms, second: 100 ms}}}"
    failing = SCENARIO.replace("source: async", retried)
    failing = failing.replace("  worker: {", "  worker: {failures: {error: 1}, ")
    failing = failing.replace("duration: 3 s", "duration: 5 s")
    failing = failing.replace("phase: 500 ms", "phase: 4 s")
    (tmp_path / "tree.yaml").write_text(failing)
    run(binary, "run", tmp_path / "tree.yaml", "-o", tmp_path / "tree.h5")
    trees = lambdasim.trees(tmp_path / "tree.h5")
    whole = trees[trees["design"] == "whole"]
    assert len(whole) == 2
    assert set(whole["invocations"]) == {1 + 2 + 2 * 3 * 2}
    assert set(whole["end_to_end_ns"]) == {(35 + 3 * 60 + 2 * 100) * MS}


def test_without_calls_and_sends_every_invocation_is_a_tree(binary, tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    run(binary, "run", tmp_path / "small.yaml", "-o", tmp_path / "small.h5")
    calls = lambdasim.read(tmp_path / "small.h5")
    assert (lambdasim.parents(tmp_path / "small.h5") == -1).all()
    trees = lambdasim.trees(tmp_path / "small.h5")
    assert len(trees) == len(calls) > 1000
    np.testing.assert_array_equal(trees["end_to_end_ns"], calls["latency_ns"])
