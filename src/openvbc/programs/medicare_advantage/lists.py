"""Read the plans and the risk sweeps of a Medicare Advantage contract; each is used whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from openvbc.claims.own_rows import rows_of
from openvbc.errors import InputError, Place
from openvbc.programs.medicare_advantage.files import County, read_counties, year_of_names
from openvbc.programs.medicare_advantage.project import KINDS, PLANS, RISK_SWEEPS
from openvbc.rules.load import RuleSet
from openvbc.worksheets.capitation.plan_contract import SWEEP_SCORE

FOUR_STARS, MOST_STARS = 4, 5


@dataclass(frozen=True)
class Plan:
    """One plan with its bid of the year."""

    name: str
    bid: Decimal
    kind: str
    stars: Decimal | None
    benchmark: Decimal | None
    """The plan's own; None where it has one county, whose benchmark it is."""
    rebate_risk_score: Decimal | None
    line: int

    def of_county(self, county: County) -> Decimal:
        """The county's benchmark at the plan's bonus."""
        if self.kind == "new":
            return county.new
        has_bonus = self.stars is not None and self.stars >= FOUR_STARS
        return county.full if self.kind == "rated" and has_bonus else county.none


@dataclass(frozen=True)
class SweepScore:
    """A member's payment score at one sweep."""

    member_id: str
    sweep: str
    received_on: dt.date
    score: Decimal
    line: int


def read_plans(path: Path, year: int) -> list[Plan]:
    """The plans of the year.

    Raises:
        InputError: a plan is given twice, is of another year, or a rated one has no stars.
    """
    plans: dict[str, Plan] = {}
    for line, row in rows_of(path, PLANS):
        kind, stars = KINDS[row["plan_kind"]], row["stars"]
        wrong = {
            "plan": "a plan is given twice" if row["plan"] in plans else "",
            "contract_year": "a bid of another year" if row["contract_year"] != year else "",
            "bid": "" if row["bid"] > 0 else "a bid that is not above zero",
            "stars": "a rated plan has its stars, from 1 to 5 by halves, another has none"
            if (kind == "rated") != (stars is not None) or not _are_stars(stars) else "",
        }  # fmt: skip
        for column, what in wrong.items():
            if what:
                value = row[column]
                raise InputError(
                    what,
                    place=Place(path.name, line, column, None if value is None else str(value)),
                    rule=f"one row a plan, of {year}: bonus and rebate go by its stars",
                    action="correct the row",
                    code="VBC-11981",
                )
        plans[row["plan"]] = Plan(
            row["plan"], row["bid"], kind, stars, row["benchmark"], row["rebate_risk_score"], line
        )
    return list(plans.values())


def _are_stars(stars: Decimal | None) -> bool:
    return stars is None or (1 <= stars <= MOST_STARS and stars * 2 == int(stars * 2))


def read_benchmarks(path: Path, year: int) -> dict[str, County]:
    """The counties of CMS's rate book, by SSA code.

    Raises:
        InputError: the book is of another year, or a county cannot be read.
    """
    of = year_of_names([path], None)
    if of != year:
        raise InputError(
            "a rate book of another year",
            place=Place(path.name),
            rule=f"the payment year is {year}, the name of the file says {of}",
            action="give the rate book of the payment year",
            code="VBC-11982",
        )
    counties, aside = read_counties(path, "medicare-advantage")
    if aside:
        raise InputError(
            f"a county of the rate book cannot be used: {aside[0].reason}",
            place=aside[0].place,
            rule="the book is used whole: a county left out moves money",
            action="correct the row, or take it out",
            code="VBC-11983",
        )
    return {county.code: county for county in counties}


def read_sweeps(
    path: Path, year: int, normalization_factor: Decimal | None, law: RuleSet
) -> list[SweepScore]:
    """Payment scores of members by sweep.

    Raises:
        InputError: a member has two scores at one sweep, or a row has both kinds of score or none.
    """
    rows = rows_of(path, RISK_SWEEPS)
    seen: set[tuple[str, str]] = set()
    for line, row in rows:
        key = (row["member_id"], row["sweep"])
        wrong = "a member has two scores at one sweep" if key in seen else ""
        if (row["risk_score"] is None) == (row["raw_risk_score"] is None):
            wrong = "a row has a payment score or a raw score, one of them"
        if row["raw_risk_score"] is not None and normalization_factor is None:
            wrong = "a raw score, and the normalisation factor is not known"
        if wrong:
            raise InputError(
                wrong,
                place=Place(path.name, line, "sweep", row["sweep"]),
                rule="one score a member and sweep; a raw one over known.normalization_factor",
                action="correct the row",
                code="VBC-11984",
            )
        seen.add(key)
    raw = [row["raw_risk_score"] for _, row in rows]
    given = [row["risk_score"] for _, row in rows]
    paid = SWEEP_SCORE.evaluate(
        {"payment_year": year, "initial_score": given, "raw_initial_score": raw,
         "normalization_factor": normalization_factor},
        law,
    ).column("initial_risk_score")  # fmt: skip
    return [
        SweepScore(
            row["member_id"], row["sweep"], row["received_on"],
            Decimal(score).quantize(Decimal("0.000001"), ROUND_HALF_UP), line,
        )
        for (line, row), score in zip(rows, paid, strict=True)
    ]  # fmt: skip


def by_person(
    scores: Sequence[SweepScore], file: str, person_of: Mapping[str, str]
) -> dict[tuple[str, str], Decimal]:
    """Score by person and sweep.

    Raises:
        InputError: two identifiers of one person have two scores at one sweep.
    """
    person_scores: dict[tuple[str, str], Decimal] = {}
    for each in scores:
        key = (person_of.get(each.member_id, each.member_id), each.sweep)
        if person_scores.setdefault(key, each.score) != each.score:
            raise InputError(
                "two identifiers of one person have two scores at one sweep",
                place=Place(file, each.line, "sweep", each.sweep),
                rule="identifiers that the deliveries say are one person have one score",
                action="leave the row with the current identifier",
                code="VBC-11985",
            )
    return person_scores
