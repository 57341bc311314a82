"""Read the lists of a REACH project; each is used whole, and none says two things of one matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims.own_files import OwnFile
from openvbc.claims.own_rows import Row, rows_of
from openvbc.errors import InputError, Place
from openvbc.programs.reach.project import (
    BASE_YEARS,
    CODES,
    DESIGNATIONS,
    EQUITY,
    HIGH_NEEDS,
    MEMBER_SCORES,
    NATIONAL_AMOUNTS,
    RATE_BOOK,
    RISK,
    SPECIALTIES,
    STOP_LOSS_BANDS,
    ReachInputs,
)
from openvbc.steps.alignment import LAST_DAY, AlignmentLists, Designation

FIRST_DAY = dt.date(1966, 7, 1)
Key = tuple[str, str]
"""Alignment and entitlement."""


@dataclass(frozen=True)
class BaseYear:
    """What restates one base year."""

    calendar_year: int
    base_area_factor: Decimal
    performance_area_factor: Decimal
    risk_score: Decimal
    amount: Decimal | None
    """As CMS's report prints; None: measured from the claims."""


def read_lists(
    inputs: ReachInputs, codes: Path, specialties: Path, year: int, stop_loss: bool
) -> AlignmentLists:
    """The lists the steps read.

    Raises:
        InputError: a row cannot be used, contradicts another, or is of another year.
    """
    return AlignmentLists(
        codes=_codes(codes),
        specialties=[
            (row["specialty_code"], row["role"])
            for _, row in _one_each(specialties, SPECIALTIES, lambda r: r["specialty_code"])
        ],
        designations=[
            Designation(row["member_id"], row["designated_on"], row["tin"], row["npi"])
            for row in _designations(inputs.designations)
        ],
        high_needs=_pairs(inputs.high_needs, HIGH_NEEDS, "first_day"),
        rates=_rates(inputs.rate_book, year),
        equity=_pairs(inputs.equity, EQUITY, "equity_group"),
        scores=_pairs(inputs.member_scores, MEMBER_SCORES, "risk_score"),
        bands=_bands(inputs.stop_loss_bands) if stop_loss else [],
    )


def read_national(path: Path | None) -> dict[tuple[int, str], Decimal]:
    """Adjusted national amount by calendar year and entitlement."""
    if path is None:
        return {}
    rows = _one_each(path, NATIONAL_AMOUNTS, lambda r: (r["calendar_year"], r["entitlement"]))
    amounts = {}
    for line, row in rows:
        _above_zero(path, line, row, "amount")
        amounts[row["calendar_year"], row["entitlement"]] = row["amount"]
    return amounts


def read_base_years(path: Path | None) -> dict[tuple[int, Key], BaseYear]:
    """What restates each base year, by year, alignment and entitlement."""
    if path is None:
        return {}
    base_years = {}
    rows = _one_each(path, BASE_YEARS, lambda r: (r["calendar_year"], key_of(r)))
    for line, row in rows:
        for name in ("base_area_factor", "performance_area_factor", "risk_score"):
            _above_zero(path, line, row, name)
        if key_of(row)[0] == "VOLUNTARY" and row["amount"] is None:
            raise InputError(
                "a base year of the voluntarily aligned without its amount",
                place=_place_of_cell(path, line, "amount", None),
                rule="nobody was voluntarily aligned in a base year: no claims measure it",
                action="give the amount CMS's report prints",
                code="VBC-1186",
            )
        base_years[row["calendar_year"], key_of(row)] = BaseYear(
            row["calendar_year"], row["base_area_factor"], row["performance_area_factor"],
            row["risk_score"], row["amount"],
        )  # fmt: skip
    return base_years


def read_risk(path: Path | None) -> dict[Key, Mapping[str, Any]]:
    """The risk row of each alignment and entitlement: a final score, or all of the cascade."""
    if path is None:
        return {}
    risk_rows: dict[Key, Mapping[str, Any]] = {}
    for line, row in _one_each(path, RISK, key_of):
        given = [
            name for name, value in row.items()
            if value is not None and name not in ("entitlement", "alignment", "final_score")
        ]  # fmt: skip
        if (row["final_score"] is None) == (not given):
            raise InputError(
                "a risk row has a final score and what it is computed from, or neither",
                place=_place_of_cell(path, line, "final_score", row["final_score"]),
                rule="one of the two says what the score is",
                action="give the final score alone, or the raw scores and factors alone",
                code="VBC-1187",
            )
        if row["final_score"] is not None:
            _above_zero(path, line, row, "final_score")
        newly = [row["newly_voluntary_months"], row["newly_voluntary_score"]]
        if newly != [None, None] and (None in newly or key_of(row)[0] != "VOLUNTARY"):
            raise InputError(
                "people in their first year of voluntary alignment without months or a score, or "
                "in a row of those aligned by claims",
                place=_place_of_cell(path, line, "newly_voluntary_months", newly[0]),
                rule="a VOLUNTARY row has the months and the score of such people, or neither",
                action="fill newly_voluntary_months and newly_voluntary_score, or leave out both",
                code="VBC-1131",
            )
        risk_rows[key_of(row)] = row
    return risk_rows


def key_of(row: Row) -> Key:
    """Alignment (claims where not said) and entitlement."""
    return row["alignment"] or "CLAIMS", row["entitlement"]


def _codes(path: Path) -> list[tuple[str, dt.date, dt.date]]:
    rows = _one_each(path, CODES, lambda r: r["hcpcs_code"])
    return [(r["hcpcs_code"], r["first_day"] or FIRST_DAY, r["last_day"] or LAST_DAY)
            for _, r in rows]  # fmt: skip


def _designations(path: Path | None) -> Iterable[Row]:
    if path is None:
        return
    for line, row in rows_of(path, DESIGNATIONS):
        if row["tin"] is None and row["npi"] is None:
            raise InputError(
                "a designation of nobody: neither taxpayer number nor clinician",
                place=_place_of_cell(path, line, "tin", None),
                rule="a designation names the clinician who is the main source of care",
                action="fill one of them, or take the row out",
                code="VBC-1188",
            )
        yield row


def _pairs(path: Path | None, form: OwnFile, value: str) -> list[tuple[str, Any]]:
    """Member and value of a list with a row a member."""
    if path is None:
        return []
    rows = _one_each(path, form, lambda r: r["member_id"])
    return [(row["member_id"], row[value]) for _, row in rows]


def _rates(path: Path | None, year: int) -> list[tuple[str, str, Decimal, Decimal | None]]:
    if path is None:
        return []
    rates = []
    for line, row in _one_each(path, RATE_BOOK, lambda r: (r["county"], r["entitlement"])):
        if row["performance_year"] != year:
            raise InputError(
                "a rate of another year",
                place=_place_of_cell(path, line, "performance_year", row["performance_year"]),
                rule=f"the performance year is {year}",
                action="give the rate book of the performance year",
                code="VBC-1189",
            )
        _above_zero(path, line, row, "rate")
        rates.append((row["county"], row["entitlement"], row["rate"], row["stop_loss_charge"]))
    return rates


def _bands(path: Path | None) -> list[tuple[str, Decimal, Decimal | None, Decimal]]:
    """The bands of stop-loss; those of an entitlement follow each other without overlap."""
    if path is None:
        return []
    stop_loss_bands: list[tuple[str, Decimal, Decimal | None, Decimal]] = []
    ends: dict[str, Decimal | None] = {}
    for line, row in rows_of(path, STOP_LOSS_BANDS):
        low, high, share, kind = row["from"], row["to"], row["share"], row["entitlement"]
        reached = ends.get(kind, Decimal(0))
        if reached is None or low < reached or (high is not None and high <= low):
            raise InputError(
                "a band of stop-loss that overlaps the one before, or ends before it begins",
                place=_place_of_cell(path, line, "from", low),
                rule="bands of an entitlement follow each other; only the last has no end",
                action="correct the bands",
                code="VBC-1190",
            )
        if not 0 <= share <= 1:
            raise InputError(
                "a share outside 0 to 1",
                place=_place_of_cell(path, line, "share", share),
                rule="a ratio is written 0.8, not 80",
                action="correct the row",
                code="VBC-1191",
            )
        ends[kind] = high
        stop_loss_bands.append((kind, low, high, share))
    return stop_loss_bands


def _one_each(
    path: Path, form: OwnFile, key: Callable[[Row], Hashable]
) -> Iterable[tuple[int, Row]]:
    """Rows with their lines; two of one key are refused."""
    seen: set[Hashable] = set()
    for line, row in rows_of(path, form):
        if key(row) in seen:
            raise InputError(
                f"{form.name} says one thing twice",
                place=_place_of_cell(path, line, form.columns[0].name, None),
                rule="one row each",
                action="leave the row that is meant",
                code="VBC-1192",
            )
        seen.add(key(row))
        yield line, row


def _above_zero(path: Path, line: int, row: Row, name: str) -> None:
    if not row[name] > 0:
        raise InputError(
            f"the {name.replace('_', ' ')} is not above zero",
            place=_place_of_cell(path, line, name, row[name]),
            rule="an amount, factor or score is divided by, or multiplies the benchmark",
            action="correct the row",
            code="VBC-1193",
        )


def _place_of_cell(path: Path, line: int, column: str, value: object) -> Place:
    return Place(path.name, line, column, None if value is None else str(value))
