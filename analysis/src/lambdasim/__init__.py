"""Results of lambdasim as pandas DataFrames: ``lambdasim.read("out.h5")``."""

from lambdasim.file import (
    ColumnNotFound,
    NotAResult,
    PartialFile,
    TableNotFound,
    provenance,
    scenario,
    tables,
)
from lambdasim.frame import read
from lambdasim.trees import parents, trees

__all__ = [
    "ColumnNotFound",
    "NotAResult",
    "PartialFile",
    "TableNotFound",
    "parents",
    "provenance",
    "read",
    "scenario",
    "tables",
    "trees",
]
__version__ = "0.1.0"
