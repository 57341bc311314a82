"""Claim lines of a capitation run with the part of each that the provider is at risk for."""

from __future__ import annotations

from openvbc.engine.base import Engine
from openvbc.programs.drivers.covered import register_rule_table
from openvbc.run import Run

_SHARES = ("group_fund_share", "hospital_fund_share", "shared_fund_share")
AT_RISK = (
    "select f.*, f.expense * (case when f.fund = 'GROUP' then y.group_fund_share "
    "when f.fund = 'HOSPITAL' then y.hospital_fund_share "
    "when f.fund = 'SHARED' then y.shared_fund_share "
    "else cast(0 as decimal(9, 6)) end) as at_risk "
    "from fund_line f cross join capitation_term y"
)
"""The lines of ``fund_line``, and what of each is at risk by the share of its fund (USD)."""


def register_lines(engine: Engine, run: Run) -> None:
    """Make readable what :data:`AT_RISK` reads, and the day by which the run knows its claims."""
    run.register(engine, "fund_line")
    shares = dict.fromkeys(_SHARES, "decimal(9,6)")
    register_rule_table(engine, run, "capitation_term", {"known_by": "date", **shares})
