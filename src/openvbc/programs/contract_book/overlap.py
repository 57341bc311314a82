"""One person, several contracts: who gets the credit for the month.

Of contracts that exclude each other one keeps the month. A rule may say which; where none does:
voluntary alignment before any other, then the earlier alignment, prospective before retrospective,
the higher precedence, and last the identifier, so that the order of the contracts never decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.programs.contract_book.overlap_rules import (
    OF_PEOPLE,
    ONE_CREDIT,
    OverlapRule,
    overlap_rule,
)


@dataclass(frozen=True)
class Holder:
    """A contract, as far as overlap depends on it."""

    contract: str
    payer: str
    line_of_business: str
    initiative: str = ""
    """The program or model the rules know it by; empty for a contract of its own."""
    is_total_cost: bool = True
    """All care of its people counts in it, not an episode or a measure."""
    prospective: bool = True
    precedence: int = 0


@dataclass(frozen=True)
class Alignment:
    """One person in one contract."""

    holder: Holder
    voluntary: bool = False
    since: dt.date = dt.date.min

    @property
    def order(self) -> tuple[Any, ...]:
        """Before whom it comes, where no rule says who gets the credit."""
        held = self.holder
        return (
            not self.voluntary, self.since, not held.prospective, -held.precedence, held.contract,
        )  # fmt: skip


@dataclass(frozen=True)
class Credit:
    """Whether a contract keeps a person's month; if not, to whom it went and by which rule."""

    contract: str
    kept: bool
    lost_to: str = ""
    rule: OverlapRule | None = None


def rule_between(one: Holder, other: Holder, day: dt.date) -> OverlapRule | None:
    """What is said of two contracts on a day: by the table, else by the rule of the house."""
    if one.initiative and other.initiative:
        rule = overlap_rule(one.initiative, other.initiative, day)
        if rule is not None:
            return rule
    one_payer = (one.payer, one.line_of_business) == (other.payer, other.line_of_business)
    return ONE_CREDIT if one_payer and one.is_total_cost and other.is_total_cost else None


def excludes(one: Holder, other: Holder, day: dt.date) -> OverlapRule | None:
    """The rule by which two contracts may not both have a person's month, if there is one."""
    rule = rule_between(one, other, day)
    return rule if rule is not None and rule.exclusive and rule.scope in OF_PEOPLE else None


def credits_of(alignments: Iterable[Alignment], day: dt.date) -> list[Credit]:
    """Which of a person's contracts keep the month that begins on `day`; any order will do."""
    ordered = sorted(alignments, key=lambda one: one.order)
    return credits_in_order([one.holder for one in ordered], day)


def credits_in_order(holders: Sequence[Holder], day: dt.date) -> list[Credit]:
    """The same for contracts that stand in the order of credit.

    Whoever nobody left comes before keeps the month, and those it excludes are out; and so on. No
    two that keep it exclude each other.
    """
    left = list(holders)
    month_credits: list[Credit] = []
    while left:
        first = next((one for one in left if not _is_beaten(one, left, day)), left[0])
        month_credits.append(Credit(first.contract, True))
        stay = []
        for other in left:
            if other is first:
                continue
            rule = excludes(first, other, day)
            if rule is None:
                stay.append(other)
            else:
                month_credits.append(Credit(other.contract, False, first.contract, rule))
        left = stay
    return sorted(month_credits, key=lambda one: one.contract)


def _is_beaten(one: Holder, ordered: Sequence[Holder], day: dt.date) -> bool:
    at = next(number for number, each in enumerate(ordered) if each is one)
    return any(
        _beats(other, number, one, at, day)
        for number, other in enumerate(ordered)
        if other is not one
    )


def _beats(one: Holder, at: int, other: Holder, other_at: int, day: dt.date) -> bool:
    rule = excludes(one, other, day)
    if rule is None:
        return False
    mine, theirs = (each.initiative in rule.goes_to for each in (one, other))
    return mine if mine != theirs else at < other_at
