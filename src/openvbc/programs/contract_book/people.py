"""Who is in which contract of a book, who gets the credit, and what was spent: all at once.

The steps run over every contract together, so their cost depends on people and claims and not on
how many contracts there are. Overlap is decided once for each order of contracts that occurs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import InputError
from openvbc.programs.contract_book.overlap import Holder, credits_in_order
from openvbc.programs.contract_book.overlap_rules import OverlapRule
from openvbc.programs.contract_book.people_tables import (
    OF_CLAIMS,
    Digits,
    month_table,
    table,
    without_claims,
)
from openvbc.steps import book as steps


@dataclass(frozen=True)
class Listed:
    """What the steps are given, one number a contract (from 1, in the order of identifiers)."""

    year: int
    holders: Mapping[int, Holder]
    contracts: Sequence[tuple[Any, ...]]
    """Rows of `book_contract`."""
    spans: Sequence[tuple[Any, ...]]
    excluded: Sequence[tuple[Any, ...]]
    known_days: Sequence[dt.date]
    dollars: Sequence[tuple[Any, ...]] = ()
    providers: Sequence[tuple[int, str]] = ()
    categories: Sequence[tuple[Any, ...]] = ()
    """Rows of `category_contract`."""
    attribution: Mapping[str, Sequence[tuple[Any, ...]]] = field(default_factory=dict)
    settled: Sequence[int] = ()
    """Contracts that their own programs settled."""


@dataclass(frozen=True)
class LostMonths:
    """Months of one contract that another got the credit for, by one rule."""

    contract: str
    lost_to: str
    rule: OverlapRule
    months: int
    """Person-months."""


@dataclass(frozen=True)
class Totals:
    """What a contract is settled from: with all its months, and with those it is credited for."""

    members: int
    members_in_feeds: int
    credited_members: int
    whole: Mapping[str, Decimal]
    credited: Mapping[str, Decimal]
    """member_months, spending and over_stop_loss."""


@dataclass(frozen=True)
class People:
    """What the steps found."""

    totals: Mapping[str, Totals]
    by_month: Sequence[tuple[str, int, int, int]]
    """Contract, month of the year, members, members credited."""
    lost: Sequence[LostMonths]
    shared_months: int
    """Person-months that two contracts or more hold."""
    dollars: Sequence[Mapping[str, Any]]
    """Rows of `category_dollar`."""
    months_lost: Mapping[str, Sequence[tuple[str, int]]]
    """By contract that its own program settled: person and the months lost as bits."""
    lives: Sequence[Mapping[str, Any]]
    """Rows of `category_people`."""


def find_people(
    listed: Listed, store: Sequence[Table] | None, engine: Engine, folder: Path
) -> People:
    """Run the steps of the book.

    Args:
        listed: contracts, members and dollars.
        store: tables of the claim store; None where the book has no claims.
        engine: what runs the SQL.
        folder: where the tables go.

    Raises:
        InputError: a person is in more contracts at once than can be told apart.
    """
    pipeline = Pipeline(
        step for step in steps.steps() if store is not None or step.name not in OF_CLAIMS
    )
    digits = Digits.of(len(listed.holders))
    small = [*_small(listed, digits), *(without_claims() if store is None else ())]
    sources = store or ()

    def run(*names: str) -> None:
        chosen = pipeline.needed_for(names)
        results = chosen.run(engine, sources, small, folder)
        for name in names:
            engine.register(name, results[name].table.parts)

    run("contract_member")
    _refuse_too_many(engine, digits)
    run("overlap_pattern")
    patterns = engine.rows("select bit, signature, people from overlap_pattern")
    decided = [_decided(row, digits, listed) for row in patterns]
    small.append(table("overlap_credit", [row for rows, _ in decided for row in rows]))
    run(
        "contract_credit",
        "contract_sum",
        "contract_month_count",
        "category_dollar",
        "category_people",
    )
    return People(
        totals=_totals(engine, listed),
        by_month=_by_month(engine, listed),
        lost=_added([lost for _, each in decided for lost in each]),
        shared_months=sum(int(row["people"]) for row in patterns),
        dollars=engine.rows("select * from category_dollar"),
        months_lost=_months_lost(engine, listed),
        lives=engine.rows("select * from category_people"),
    )


def _small(listed: Listed, digits: Digits) -> list[SmallTable]:
    latest = max(listed.known_days, default=None)
    attribution = ("attribution_pass", "pass_service", "pass_specialty", "contract_method")
    return [
        table("book_contract", listed.contracts),
        table("book_span", listed.spans),
        table("book_exclusion", listed.excluded),
        table("known_day", [(day, day == latest) for day in sorted(set(listed.known_days))]),
        table("given_dollar", listed.dollars),
        table("contract_provider", listed.providers),
        table("category_contract", listed.categories),
        digits.weights(),
        month_table(listed.year),
        *(table(name, listed.attribution.get(name, ())) for name in attribution),
    ]


def _refuse_too_many(engine: Engine, digits: Digits) -> None:
    rows = engine.rows(
        "select coalesce(max(n), 0) as most from "
        "(select count(*) as n from contract_member group by person_id) c"
    )
    most = int(rows[0]["most"])
    if most > digits.places:
        raise InputError(
            f"a person is in {most} contracts of the book, more than can be told apart",
            rule=f"with so many contracts a person may be in {digits.places}",
            action="settle the book in parts",
            code="VBC-9017",
        )


def _decided(
    row: Mapping[str, Any], digits: Digits, listed: Listed
) -> tuple[list[tuple[Any, ...]], list[LostMonths]]:
    """The credit of one order of contracts in one month, and what it takes from whom."""
    bit, signature = int(row["bit"]), int(row["signature"])
    held = digits.read(signature)
    day = dt.date(listed.year, bit.bit_length(), 1)
    by_name = {listed.holders[number].contract: number for number in held}
    month_credits = credits_in_order([listed.holders[number] for number in held], day)
    rows = [(bit, signature, by_name[each.contract], each.kept) for each in month_credits]
    lost = [
        LostMonths(each.contract, each.lost_to, each.rule, int(row["people"]))
        for each in month_credits
        if each.rule is not None
    ]
    return rows, lost


def _added(lost: Sequence[LostMonths]) -> list[LostMonths]:
    """One row a pair of contracts and rule."""
    sums: dict[tuple[str, str, OverlapRule], int] = {}
    for each in lost:
        key = (each.contract, each.lost_to, each.rule)
        sums[key] = sums.get(key, 0) + each.months
    pairs = [LostMonths(*key, months) for key, months in sums.items()]
    return sorted(pairs, key=lambda one: (one.contract, one.lost_to, one.rule.says))


def _totals(engine: Engine, listed: Listed) -> dict[str, Totals]:
    totals = {}
    for row in engine.rows("select * from contract_sum"):
        whole = {n: Decimal(row[n]) for n in ("member_months", "spending", "over_stop_loss")}
        credited = {
            "member_months": Decimal(row["credited_months"]),
            "spending": Decimal(row["credited_spending"]),
            "over_stop_loss": Decimal(row["credited_over_stop_loss"]),
        }
        totals[listed.holders[row["contract_number"]].contract] = Totals(
            row["members"], row["members_in_feeds"], row["credited_members"], whole, credited
        )
    return totals


def _months_lost(engine: Engine, listed: Listed) -> dict[str, list[tuple[str, int]]]:
    """Who lost which months of the contracts that their own programs settled."""
    lost_months: dict[str, list[tuple[str, int]]] = {}
    for number in listed.settled:
        rows = engine.rows(
            "select person_id, month_mask - credited_mask as lost_mask from contract_credit"
            f" where contract_number = {int(number)} and credited_mask <> month_mask"
            " order by person_id"
        )
        if rows:
            name = listed.holders[number].contract
            lost_months[name] = [(row["person_id"], int(row["lost_mask"])) for row in rows]
    return lost_months


def _by_month(engine: Engine, listed: Listed) -> list[tuple[str, int, int, int]]:
    rows = engine.rows("select * from contract_month_count")
    month_counts = [
        (
            listed.holders[row["contract_number"]].contract,
            int(row["bit"]).bit_length(),
            row["members"],
            row["credited_members"],
        )
        for row in rows
    ]
    return sorted(month_counts)
