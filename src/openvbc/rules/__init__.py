"""Law and contract as data: dated, cited parameters, one concept a file.

::

    rules = openvbc.rules.load_rules("mssp")
    rules.get("sequestration_rate", performance_year=2024)     # a Parameter: value, cite, status
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.rules.load import RuleSet, load_rules
    from openvbc.rules.parameter import Parameter, Status

__all__ = ["Parameter", "RuleSet", "Status", "load_rules"]

_LATE = {
    "Parameter": "openvbc.rules.parameter",
    "RuleSet": "openvbc.rules.load",
    "Status": "openvbc.rules.parameter",
    "load_rules": "openvbc.rules.load",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'openvbc.rules' has no attribute {name!r}")
