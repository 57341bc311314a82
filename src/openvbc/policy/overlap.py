"""Which programs may hold one beneficiary, practice, episode or clinician together, and who has the
credit. The rules are those that settle a book of contracts, ``rules/book/overlap.csv``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from openvbc.policy.partial_date import Span, first_day, last_day
from openvbc.policy.register import REGISTRY
from openvbc.rules.load import load_code_table


@dataclass(frozen=True)
class OverlapRule:
    """What holds where one of `one` meets one of `other`."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    effect: str
    """``exclusive`` or ``allowed``."""
    scope: str
    rule: str
    credit: str
    span: Span
    cite: str
    status: str
    """As parameters have it; ``structural`` where it follows from how the programs are made."""

    def concerns(self, program: str) -> bool:
        """Whether the program is on one of the sides."""
        return program in self.one or program in self.other

    def joins(self, program: str, other: str) -> bool:
        """Whether it is the rule of these two, in either order."""
        ways = ((program, other), (other, program))
        return any(a in self.one and b in self.other for a, b in ways)


@cache
def overlap_rules() -> tuple[OverlapRule, ...]:
    """Every rule of the register, in its order."""
    return tuple(
        OverlapRule(
            _side(row["initiative"]), _side(row["other"]),
            "exclusive" if row["exclusive"] == "yes" else "allowed", row["scope"], row["says"],
            ", ".join(_side(row["goes_to"])), Span(first_day(row["from"]), last_day(row["to"])),
            row["cite"], row["status"],
        )
        for row in load_code_table("book", "overlap")
    )  # fmt: skip


def overlap_of(program: str, day: dt.date | None = None) -> list[OverlapRule]:
    """The rules a program stands in, of a day where one is given."""
    rules = [rule for rule in overlap_rules() if rule.concerns(program)]
    return [rule for rule in rules if day is None or rule.span.holds(day)]


def overlap_between(program: str, other: str, day: dt.date | None = None) -> list[OverlapRule]:
    """The rules of two programs together."""
    rules = [rule for rule in overlap_rules() if rule.joins(program, other)]
    return [rule for rule in rules if day is None or rule.span.holds(day)]


def _side(written: str) -> tuple[str, ...]:
    """The programs of one side by the register's names; a class of programs keeps its own."""
    names = {row["name"]: row["program"] for row in load_code_table(REGISTRY, "program_name")}
    return tuple(names.get(name, name.lower()) for name in written.split(";") if name)
