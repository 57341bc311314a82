"""Which programs can be settled from published files; loaded only when asked for."""

from __future__ import annotations

from importlib import import_module

from openvbc.errors import InputError
from openvbc.programs.settlement import Program

PROGRAMS: dict[str, str] = {
    "mssp": "openvbc.programs.mssp.results",
    "reach": "openvbc.programs.reach.results",
    "hrrp": "openvbc.programs.hrrp.results",
    "hvbp": "openvbc.programs.hvbp.results",
    "hac": "openvbc.programs.hac.results",
    "snf-vbp": "openvbc.programs.snf_vbp.results",
    "stars": "openvbc.programs.stars.results",
    "p4p-contract": "openvbc.programs.p4p_contract.results",
}
"""Program name to the module whose ``PROGRAM`` it is."""


def program(name: str) -> Program:
    """The program called `name`."""
    if name not in PROGRAMS:
        known = ", ".join(sorted(PROGRAMS))
        raise InputError(f"there is no program named {name!r}", action=f"choose one of: {known}")
    found: Program = import_module(PROGRAMS[name]).PROGRAM
    return found
