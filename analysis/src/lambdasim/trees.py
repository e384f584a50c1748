"""Which invocation caused which: handlers that call others and send events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lambdasim.file import StrPath, TableNotFound
from lambdasim.frame import read

NO_PARENT = -1
_RUN = ["design", "replication"]


def _without_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """Names and codes as plain numbers, which joins compare fastest."""
    return frame.assign(
        **{
            name: column.cat.codes
            for name, column in frame.items()
            if isinstance(column.dtype, pd.CategoricalDtype)
        }
    )


def _rows_found(calls: pd.DataFrame, wanted: pd.DataFrame, columns: list[str]) -> pd.Series:
    """By row of `calls`: the first of `wanted`'s parents that has the same columns."""
    known = wanted.drop_duplicates(columns)[[*columns, "parent"]]
    found = calls.merge(known, how="left", on=columns)["parent"]
    return found.fillna(NO_PARENT).astype("int64")


def parents(path: StrPath) -> pd.Series:
    """The row of /invocations whose handler caused each row; -1 of what came from outside.

    A call leads to its caller, an invocation of a sent event to the sender; later attempts at the
    event lead there, too. Of a batch the first event decides. Rows whose cause a sample left out
    have -1. Without calls and sends in the scenario, all have.

    Raises what read() raises.
    """
    columns = [*_RUN, "function", "context", "arrival_ns", "event", "source", "start"]
    calls = read(path, columns=columns)
    try:
        links = read(path, "parents")
    except TableNotFound:
        return pd.Series(NO_PARENT, index=calls.index, name="parent")
    is_send = links["kind"].to_numpy() == "send"
    is_served = calls["start"].to_numpy() != "none"
    calls, links = _without_codes(calls), _without_codes(links)
    handlers = calls.loc[is_served, [*_RUN, "context", "arrival_ns"]]
    handlers = handlers.rename(columns=lambda name: name if name in _RUN else f"parent_{name}")
    handlers["parent"] = handlers.index
    keys = [*_RUN, "parent_context", "parent_arrival_ns"]
    links = links.merge(handlers.drop_duplicates(keys), on=keys, how="left")
    links["parent"] = links["parent"].fillna(NO_PARENT)
    links = links.rename(columns={"time_ns": "arrival_ns"})
    called = _rows_found(
        calls, links[~is_send], [*_RUN, "function", "event", "source", "arrival_ns"]
    )
    sent = _rows_found(calls, links[is_send], [*_RUN, "event", "source"])
    return called.where(called != NO_PARENT, sent).rename("parent")


def roots(parent: pd.Series) -> pd.Series:
    """The row at which each chain of parents() ends; of a row without a parent, itself."""
    own = np.arange(len(parent))
    up = np.where(parent.to_numpy() == NO_PARENT, own, parent.to_numpy())
    while not np.array_equal(further := up[up], up):
        up = further
    return pd.Series(up, index=parent.index, name="root")


def trees(path: StrPath) -> pd.DataFrame:
    """A row for each invocation that came from outside, with all that its handler caused.

    Columns: design, replication, function, event and arrival_ns of the root; latency_ns, its own;
    end_to_end_ns, from its arrival to the end of the last invocation of the tree; invocations,
    billed_ms and cost_usd of the whole tree. The index is the root's row in /invocations.
    A further attempt at an event from outside is a root of its own.

    Raises what read() raises.
    """
    names = [*_RUN, "function", "event", "arrival_ns", "latency_ns", "billed_ms", "cost_usd"]
    calls = read(path, columns=names)
    ended = calls["arrival_ns"] + calls["latency_ns"]
    whole = calls.assign(ended=ended, invocations=1).groupby(roots(parents(path)))
    frame = calls.loc[whole.size().index, names[:-2]].copy()
    frame.insert(6, "end_to_end_ns", whole["ended"].max() - frame["arrival_ns"])
    for name in ("invocations", "billed_ms", "cost_usd"):
        frame[name] = whole[name].sum()
    frame.index.name = "root"
    return frame
