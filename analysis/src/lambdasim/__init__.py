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

__all__ = [
    "ColumnNotFound",
    "NotAResult",
    "PartialFile",
    "TableNotFound",
    "provenance",
    "read",
    "scenario",
    "tables",
]
__version__ = "0.1.0"
