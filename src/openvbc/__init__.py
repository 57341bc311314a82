"""The open engine for value-based care: from real claims to the money, every number explained.

Everything public is here: :class:`Project` and :class:`Run` for claims, :func:`settle` and
:func:`verify` for published results, :func:`explain`, :func:`simulate`, :func:`track`,
:func:`compare` and :func:`score`; the modules :mod:`openvbc.rules` (parameters, dated and cited)
and :mod:`openvbc.errors`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from openvbc._version import __version__

if TYPE_CHECKING:
    from openvbc import errors, rules
    from openvbc.programs.risk.score import score
    from openvbc.project import Project
    from openvbc.public import compare, explain, settle, simulate, track, verify
    from openvbc.run import Run

__all__ = [
    "Project", "Run", "__version__", "compare", "errors", "explain", "rules", "score", "settle",
    "simulate", "track", "verify",
]  # fmt: skip

_LATE = {
    "Project": "openvbc.project",
    "Run": "openvbc.run",
    "compare": "openvbc.public",
    "explain": "openvbc.public",
    "score": "openvbc.programs.risk.score",
    "settle": "openvbc.public",
    "simulate": "openvbc.public",
    "track": "openvbc.public",
    "verify": "openvbc.public",
}
"""Public names loaded when first used, so that the command starts at once."""
_MODULES = ("errors", "rules")


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    if name in _MODULES:
        return import_module(f"openvbc.{name}")
    raise AttributeError(f"module 'openvbc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
