"""Quality scores of the Shared Savings Program by domains, performance years 2012 to 2020.

Each measure has points by the percentile its rate reaches, all of them while it is paid for
reporting; each domain is points over points possible, with improvement within them; the score is
the mean of the domains. An ACO whose measures of a domain all miss the minimum forfeits savings.
42 CFR 425.502 as in force then; which benchmark a percentile is of is the user's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional, read_csv_file
from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mips.own_list import not_negative, refused_rows
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows as table_rows

LAST_YEAR = 2020
COLUMNS = (
    CsvColumn("aco", read.word, "whose", "A1234"),
    CsvColumn("domain", read.word, "one of the year's domains", "safety"),
    CsvColumn("measure", read.word, "the measure", "ACO-8"),
    optional("percentile", not_negative(read.number), "that the rate reaches, 0 to 100"),
    optional("reporting_only", read.flag, "paid for reporting"),
    optional("reported", read.flag, "completely reported; yes where it is empty"),
    optional("double_weight", read.flag, "counts twice"),
    optional("improvement_points", not_negative(read.number), "of the domain, on one row of it"),
)
_FIELDS = (
    Field("ACO", role="who"), Field("Domain"), Field("Points"), Field("Improvement"),
    Field("Possible"), Field("Score", "ratio"), Field("Minimum attained"),
)  # fmt: skip


@dataclass(frozen=True)
class DomainScores:
    """The scores, and rows set aside."""

    listing: Listing
    scores: Mapping[str, Decimal]
    """By ACO."""
    forfeits: Sequence[str]
    """ACOs all of whose measures of a domain miss the minimum."""
    set_aside: Sequence[SetAside]


def score_domains(path: Path, year: int, overlays: Sequence[Path] = ()) -> DomainScores:
    """Score every ACO of a list of measures.

    Raises:
        InputError: the file cannot be read, or the year has no domains.
        EmptyResult: no ACO has all domains.
    """
    if year > LAST_YEAR:
        raise InputError(
            f"quality of {year} is not scored by domains",
            rule=f"domains were to {LAST_YEAR}; from {LAST_YEAR + 1} the APM Performance Pathway",
            code="VBC-90371",
        )
    rules = load_rules("mssp", tuple(overlays))
    csv_rows = read_csv_file(path, COLUMNS, "measures by domain")
    aside = list(refused_rows(path, csv_rows))
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(csv_rows.lines):
        row = {name: column[number] for name, column in csv_rows.columns.items()}
        place = Place(path.name, line)
        if reason := _unusable(row, seen):
            aside.append(SetAside(reason, place))
            continue
        seen.add((row["aco"], row["measure"]))
        rows.setdefault(row["aco"], {}).setdefault(row["domain"], []).append(row)
    wanted = int(str(rules.get("quality_domain_count", performance_year=year).value))
    scores: dict[str, Decimal] = {}
    forfeits, body = [], []
    for aco, domains in rows.items():
        if len(domains) != wanted:
            reason = f"an ACO with {len(domains)} domains, where the year has {wanted}"
            aside.append(SetAside(reason, Place(path.name)))
            continue
        made = [_domain(aco, name, measures, rules, year) for name, measures in domains.items()]
        body += made
        scores[aco] = sum((each[5] for each in made), Decimal(0)) / wanted
        if any(each[6] == "no" for each in made):
            forfeits.append(aco)
    if not scores:
        raise EmptyResult(
            "no ACO has a measure of every domain", place=Place(path.name),
            rule="; ".join(sorted({each.reason for each in aside})) or None, code="VBC-90372",
        )  # fmt: skip
    lead = "The points of percentiles are unverified; the rest is 42 CFR 425.502 as in force then."
    title = f"Quality by domain {year}"
    return DomainScores(
        Listing("quality_domains", title, _FIELDS, body, lead, "safe"), scores, forfeits, aside
    )


def _unusable(row: Mapping[str, Any], seen: set[tuple[str, str]]) -> str:
    if (row["aco"], row["measure"]) in seen:
        return "the same measure a second time"
    if row["percentile"] is not None and row["percentile"] > 100:
        return "a percentile over 100"
    is_scored = row["reported"] is not False and not row["reporting_only"]
    if is_scored and row["percentile"] is None:
        return "neither a percentile nor paid for reporting"
    return ""


def _domain(
    aco: str, name: str, measures: Sequence[Mapping[str, Any]], rules: RuleSet, year: int
) -> list[Any]:
    """One row of the listing: a domain of an ACO."""
    scale = [
        (Decimal(str(row["percentile"])), Decimal(str(row["points"])))
        for row in table_rows(rules.get("quality_domain_points", performance_year=year).value)
    ]
    full = max(points for _, points in scale)
    least = Decimal(str(rules.get("quality_minimum_attainment", performance_year=year).value))
    limit = Decimal(str(rules.get("quality_domain_improvement_limit", performance_year=year).value))
    earned = possible = improvement = Decimal(0)
    attained = False
    for row in measures:
        weight = 2 if row["double_weight"] else 1
        possible += full * weight
        improvement += row["improvement_points"] or 0
        if row["reported"] is False:
            continue
        if row["reporting_only"]:
            earned, attained = earned + full * weight, True
            continue
        reached = row["percentile"]
        earned += max(points for start, points in scale if reached >= start) * weight
        attained = attained or reached >= least
    added = min(improvement, limit, possible - earned)
    score = (earned + added) / possible
    return [aco, name, earned, added, possible, score, "yes" if attained else "no"]
