"""One answer: which boundary it is, what holds on which side of it, and what says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openvbc.errors import ParameterMissing
from openvbc.format import show
from openvbc.rules.load import RuleSet


class Kind(StrEnum):
    """The boundaries."""

    BILLING = "billing"
    ATTRIBUTION = "attribution"
    LOW_VOLUME = "low volume"
    PARTICIPATION = "model against program"
    MEASURES = "measure applicability"


@dataclass(frozen=True)
class Boundary:
    """One thing that holds."""

    kind: Kind
    words: str
    cite: str
    status: str

    def __str__(self) -> str:
        return f"{self.words} ({self.cite}; {self.status})"


def in_force(rules: RuleSet, name: str, year: int) -> tuple[str, str, str]:
    """A parameter of a performance year as text, its citation and status; else that it is not
    known."""
    try:
        parameter = rules.get(name, performance_year=year)
    except ParameterMissing:
        return "not known", f"{rules.program} has no {name} for {year}", "unverified"
    return show(parameter.value, parameter.unit), parameter.cite, str(parameter.status)
