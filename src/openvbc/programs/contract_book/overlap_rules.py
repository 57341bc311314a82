"""Which initiatives may hold one person, practice or clinician at once: dated rules.

Facts: ``rules/book/overlap.csv``. Two contracts of one payer that the table says nothing of follow
the rule of the house: a dollar of a payer is in one total-cost contract at most.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from openvbc.rules.load import load_code_table

OF_PEOPLE = frozenset({"beneficiary", "person-month"})
"""Scopes in which credit for a person's month is decided."""


@dataclass(frozen=True)
class OverlapRule:
    """What is said of two initiatives, in force from a day to a day."""

    initiatives: frozenset[str]
    others: frozenset[str]
    says: str
    scope: str
    """beneficiary, person-month, episode, practice, clinician or hospital."""
    exclusive: bool
    goes_to: frozenset[str]
    """The initiatives that get it whatever else holds; empty where the order decides."""
    first_day: dt.date
    last_day: dt.date
    status: str
    cite: str

    def holds(self, one: str, other: str, day: dt.date) -> bool:
        """Whether it is about these two on that day."""
        pair = (one in self.initiatives and other in self.others) or (
            other in self.initiatives and one in self.others
        )
        return pair and self.first_day <= day <= self.last_day


ONE_CREDIT = OverlapRule(
    frozenset(), frozenset(), "A person's month is in one total-cost contract of a payer",
    "beneficiary", True, frozenset(), dt.date.min, dt.date.max, "structural",
    "a dollar is saved once",
)  # fmt: skip
"""The rule of the house for two total-cost contracts of one payer."""


@cache
def overlap_rules() -> tuple[OverlapRule, ...]:
    """Every rule of the table, in its order."""
    return tuple(
        OverlapRule(
            _names(row["initiative"]),
            _names(row["other"]),
            row["says"],
            row["scope"],
            row["exclusive"] == "yes",
            _names(row["goes_to"]),
            dt.date.fromisoformat(row["from"]),
            dt.date.fromisoformat(row["to"]) if row["to"] else dt.date.max,
            row["status"],
            row["cite"],
        )
        for row in load_code_table("book", "overlap")
    )


@cache
def initiatives() -> frozenset[str]:
    """Every initiative that a rule is about or that a program is; another name has no rules."""
    named = frozenset(row["initiative"] for row in load_code_table("book", "settled_by"))
    rules = overlap_rules()
    return (named - {""}).union(*(rule.initiatives | rule.others for rule in rules))


@cache
def overlap_rule(one: str, other: str, day: dt.date) -> OverlapRule | None:
    """The rule of two initiatives on a day; None where the table has none."""
    return next((rule for rule in overlap_rules() if rule.holds(one, other, day)), None)


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.split(";") if name)
