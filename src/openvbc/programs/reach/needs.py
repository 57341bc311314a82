"""What a settlement of REACH needs and neither project, rules nor claims have, named at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.errors import ParameterMissing
from openvbc.format import in_words
from openvbc.programs.claims_program import Lacking
from openvbc.programs.reach.given import ReachGiven
from openvbc.programs.reach.lists import Key
from openvbc.worksheets.capitation.reach_from_claims import (
    REACH_CATEGORY_BENCHMARK,
    REACH_FROM_CLAIMS,
)

Row = Mapping[str, Any]


def lacking_before(given: ReachGiven) -> list[Lacking]:
    """What the settlement needs whoever is aligned; a period without risk has none."""
    if given.is_without_risk:
        return [
            Lacking(
                "October 2020 to March 2021 was the implementation period of Direct Contracting, "
                "without financial risk: there is nothing to settle",
                "CMS, Direct Contracting model options page",
                "alignment, months and spending of its six months are measured, those of 2021 as a "
                "period of its own (PY_2021), with the alignment of October 2020: whether "
                "designations aligned anybody in January 2021 was not read; the first performance "
                "year begins in April 2021",
            )
        ]
    return [*_lacking_of_rules(given), *_lacking_of_project(given), *_lacking_of_history(given)]


def _lacking_of_rules(given: ReachGiven) -> list[Lacking]:
    """Rules the settlement needs and nobody has read."""
    contract = given.contract
    keys = {
        "performance_year": contract.performance_year,
        "risk_arrangement": contract.risk_arrangement,
        "entity_type": contract.entity_type,
    }
    needs = []
    for name in dict.fromkeys(
        (*REACH_CATEGORY_BENCHMARK.parameters, *REACH_FROM_CLAIMS.parameters)
    ):
        try:
            given.rules.get(name, **keys)
        except ParameterMissing as missing:
            needs.append(Lacking.of(missing))
    return needs


def _lacking_of_project(given: ReachGiven) -> list[Lacking]:
    contract, inputs, known = given.contract, given.inputs, given.known
    files = ["rate_book", "national_amounts", "entity_risk"]
    numbers = ["quality_score", "retrospective_trend_factor", "completion_factor",
               "estimated_amount"]  # fmt: skip
    numbers.append("outside_withhold" if contract.payment_mechanism == "TCC"
                   else "primary_care_share")  # fmt: skip
    if contract.stop_loss:
        files.append("stop_loss_bands")
        numbers.append("stop_loss_neutrality_factor")
        if given.term.stop_loss_is_against_prediction:
            files.append("member_scores")
    needs = [
        Lacking(f"inputs.{name} is missing", "CMS gives it to the entity; it is not published",
                f"give {name}.csv; docs/programs/reach.md names its columns")
        for name in files if getattr(inputs, name) is None
    ]  # fmt: skip
    needs += [
        Lacking(f"known.{name} is missing", "CMS tells it to the entity",
                "write it below 'known:', with the number of CMS's report")
        for name in numbers if getattr(known, name) is None
    ]  # fmt: skip
    return [*needs, *_lacking_of_equity(given)]


def _lacking_of_equity(given: ReachGiven) -> list[Lacking]:
    year = given.contract.performance_year
    if not given.equity_in_force:
        return []
    known = given.known
    if known.equity_adjustment_up is not None and known.equity_adjustment_down is not None:
        return []
    rate = given.rules.get("equity_rate_added", performance_year=year).value
    if rate is None or given.inputs.equity is None:
        how = "give inputs.equity (member_id, equity_group), or " if rate is not None else "give "
        return [
            Lacking(
                "the health equity adjustment is in force and not given",
                "groups and, from 2024, amounts are told by CMS",
                f"{how}known.equity_adjustment_up and known.equity_adjustment_down",
            )
        ]
    return []


def _lacking_of_history(given: ReachGiven) -> list[Lacking]:
    if given.years_of_history("CLAIMS") is not None or not given.history_weighs("CLAIMS"):
        return []
    return [
        Lacking(
            "contract.base_years is missing",
            "New Entrant and High Needs entities have base years of their own",
            "name the three years of CMS's benchmark report",
        )
    ]


def lacking(given: ReachGiven, totals: Sequence[Row]) -> list[Lacking]:
    """Everything the settlement needs and neither project nor claims have, at once."""
    needs = lacking_before(given)
    if given.is_without_risk:
        return needs
    mine = [row for row in totals if row["period"] == given.main.period]
    if not given.is_over:
        needs.append(
            Lacking(
                f"the performance year is not over in the data (known by {given.main.known_by})",
                "spending of a part of the year is not held against a whole year's benchmark",
                "run again when the year is over",
            )
        )
    if not mine:
        needs.append(
            Lacking(
                f"nobody is aligned to {given.contract.entity_id} in "
                f"{given.contract.performance_year}",
                "people are aligned by services of participants, or by their own designation",
                "look at the table alignment for the reasons; check participants and codes",
            )
        )
    for row in mine:
        needs += _lacking_of_months(given, row)
    for key in [(row["alignment"], row["entitlement"]) for row in mine if row["entitlement"]]:
        needs += _lacking_of_category(given, key, totals)
    return list(dict.fromkeys(needs))


def _lacking_of_months(given: ReachGiven, row: Row) -> list[Lacking]:
    where = category_in_words(row["alignment"], row["entitlement"] or "unknown entitlement")
    needs = []
    if row["entitlement"] is None:
        needs.append(
            Lacking(
                f"{row['months']:,} aligned months ({where}) have no entitlement",
                "the Aged and Disabled and those with ESRD have benchmarks of their own",
                "give eligibility.csv with enrollment_type",
            )
        )
    elif given.lists.rates and row["months_without_rate"]:
        needs.append(
            Lacking(
                f"{row['months_without_rate']:,} aligned months ({where}) are of counties that the "
                "rate book does not have, or of no known county",
                "the regional rate is the mean of county rates by aligned months",
                "complete rate_book.csv, and state_county in eligibility.csv",
            )
        )
    if given.contract.stop_loss and given.lists.rates and row["months_without_charge"]:
        needs.append(
            Lacking(
                f"{row['months_without_charge']:,} aligned months ({where}) have no stop-loss "
                "charge",
                "stop-loss is charged by county and month",
                "fill stop_loss_charge in rate_book.csv",
            )
        )
    predicts = given.contract.stop_loss and given.term.stop_loss_is_against_prediction
    if predicts and given.lists.scores and row["months_without_score"]:
        needs.append(
            Lacking(
                f"{row['months_without_score']:,} aligned months ({where}) are of people without "
                "a risk score",
                "stop-loss counts what lies above the predicted spending",
                "complete member_scores.csv",
            )
        )
    return needs


def _lacking_of_category(given: ReachGiven, key: Key, totals: Sequence[Row]) -> list[Lacking]:
    where = category_in_words(*key)
    needs = []
    year = given.contract.performance_year
    if given.risk and key not in given.risk:
        needs.append(
            Lacking(f"entity_risk.csv has no row for {where}", "the benchmark moves with risk",
                    "add the row")
        )  # fmt: skip
    years = given.years_of_history(key[0]) if given.history_weighs(key[0]) else ()
    if years is None and given.contract.entity_type == "STANDARD":
        needs.append(
            Lacking("contract.voluntary_base_years is missing",
                    "the voluntarily aligned have base years of their own, not those of claims",
                    "name the three years of CMS's benchmark report")
        )  # fmt: skip
    for base in years or ():
        row = given.base_years.get((base, key))
        if row is None:
            needs.append(
                Lacking(f"base_years.csv has no row for {base}, {where}",
                        "a base year is restated to prices and risk of the performance year",
                        "add the row")
            )  # fmt: skip
        elif row.amount is None and not measured_base_year(given, base, key, totals):
            needs.append(
                Lacking(f"nobody is aligned in base year {base} ({where})",
                        "a base year is what was spent on those who were aligned in it",
                        "deliver the claims of that year and of its alignment years, or give the "
                        "amount in base_years.csv")
            )  # fmt: skip
    wanted = [year, *(years or ())]
    gone = [str(of) for of in wanted if (of, key[1]) not in given.national]
    if given.national and gone:
        needs.append(
            Lacking(f"national_amounts.csv lacks {', '.join(gone)} ({key[1]})",
                    "trend, floor and ceiling are of the adjusted national amount", "add the rows")
        )  # fmt: skip
    return needs


def category_in_words(alignment: str, entitlement: str) -> str:
    """Alignment and entitlement as a reader sees them."""
    return f"{in_words(alignment, begins=False)}, {in_words(entitlement, begins=False)}"


def measured_base_year(given: ReachGiven, base: int, key: Key, totals: Sequence[Row]) -> Row | None:
    """What was measured of a base year and category; None where nobody was aligned."""
    names = {p.period for p in given.periods if p.calendar_year == base}
    for row in totals:
        if row["period"] in names and (row["alignment"], row["entitlement"]) == key:
            return row
    return None
