"""pyarrow imports pandas wherever it is installed: half a second for a command that needs none.

It asks for pandas at its first array and its first NumPy values, from code in C that leaves no
frame. Where our code called it, and does not import pandas in so many words, the answer is no. A
program of somebody else gets pandas, and from then on pyarrow has it too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from opcode import opmap
from types import FrameType, ModuleType

_IMPORT = opmap["IMPORT_NAME"]


class _NoPandas:
    """A finder of modules that finds no pandas for pyarrow."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None, which lets the other finders look; or no such module."""
        if name != "pandas":
            return None
        asking = sys._getframe(1)
        while asking.f_back is not None and _passes_on(asking):
            asking = asking.f_back
        says_so = asking.f_code.co_code[asking.f_lasti] == _IMPORT
        if _package(asking) == "openvbc" and not says_so:
            raise ModuleNotFoundError("pandas is not looked for by a command", name=name)
        return None


def _passes_on(frame: FrameType) -> bool:
    """Whether the frame imports, or calls pyarrow, for the one before it."""
    return _package(frame) in ("pyarrow", "duckdb") or "importlib" in frame.f_code.co_filename


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def leave_pandas_alone() -> None:
    """For the process of a command, before pyarrow is used."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())
