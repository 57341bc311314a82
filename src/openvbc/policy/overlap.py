"""Which programs may hold one beneficiary, practice, episode or clinician together, and who has the
credit. The rules stand in ``rules/registry/overlap.csv``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from openvbc.policy.partial_date import Span, first_day, last_day
from openvbc.policy.register import REGISTRY, registered
from openvbc.rules.load import load_code_table
from openvbc.rules.parameter import Status


@dataclass(frozen=True)
class OverlapRule:
    """What holds where one of `one` meets one of `other`."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    effect: str
    """``exclusive``, ``allowed`` or ``sequential``."""
    scope: str
    rule: str
    credit: str
    span: Span
    cite: str
    status: Status

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
            _side(row["one"]), _side(row["other"]), row["effect"], row["scope"], row["rule"],
            row["credit"], Span(first_day(row["from"]), last_day(row["to"])), row["cite"],
            Status(row["status"]),
        )
        for row in load_code_table(REGISTRY, "overlap")
    )  # fmt: skip


def overlap_of(program: str, day: dt.date | None = None) -> list[OverlapRule]:
    """The rules a program stands in, of a day where one is given."""
    found = [rule for rule in overlap_rules() if rule.concerns(program)]
    return [rule for rule in found if day is None or rule.span.holds(day)]


def overlap_between(program: str, other: str, day: dt.date | None = None) -> list[OverlapRule]:
    """The rules of two programs together."""
    found = [rule for rule in overlap_rules() if rule.joins(program, other)]
    return [rule for rule in found if day is None or rule.span.holds(day)]


def _side(written: str) -> tuple[str, ...]:
    """The programs of one side; a class of programs is named, with those that belong to it."""
    for row in load_code_table(REGISTRY, "program_class"):
        if row["class"] == written:
            return (written, *_members(set(row["lan_categories"].split()), row["payer"]))
    return tuple(written.split())


def _members(categories: set[str], payer: str) -> list[str]:
    return [
        each.program
        for each in registered().values()
        if categories & set(each.facts["lan_categories"].split()) and payer in each.facts["payer"]
    ]
