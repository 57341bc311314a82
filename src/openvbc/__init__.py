"""The open engine for value-based care: from real claims to the money, every number explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from openvbc._version import __version__

if TYPE_CHECKING:
    from openvbc.programs.risk.score import score
    from openvbc.project import Project
    from openvbc.run import Run

__all__ = ["Project", "Run", "__version__", "score"]

_LATE = {
    "Project": "openvbc.project",
    "Run": "openvbc.run",
    "score": "openvbc.programs.risk.score",
}
"""Public names loaded when first used, so that the command starts at once."""


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'openvbc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
