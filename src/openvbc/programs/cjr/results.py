"""Settle and verify CJR from hospitals' quality, their episodes and the prices of cells.

A file of quality alone (as CMS publishes it) is scored; hospitals with episodes, or with totals in
their own row, are settled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import InputError, SetAside
from openvbc.programs.bundles.simulation import BundleSimulation, Target
from openvbc.programs.cjr.forms import ENDS_IN, PRINTED, TABLES, TOTALS
from openvbc.programs.published.episode_tables import Episode
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.published_cell import (
    number_or_none,
    parse_ccn,
    parse_date,
)
from openvbc.programs.published.settling import FileSettlement, Reading, Settled
from openvbc.programs.published.totals_form import IDENTIFIER, TotalsRow
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.bundles.cjr import CJR
from openvbc.worksheets.bundles.cjr_episode import CJR_EPISODE
from openvbc.worksheets.bundles.cjr_quality import CJR_QUALITY
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation

SETTLED = Presentation(
    headline=(
        "episodes", "quality_category", "total_target_for_gains", "total_spending",
        "net_payment_reconciliation_amount", "reconciliation",
    ),
    result="reconciliation",
    totals=("episodes", "total_target_for_gains", "total_spending", "reconciliation"),
    waterfall=(
        ("total_target_for_gains", "total"), ("spending_deducted", "step"),
        ("target_less_spending", "total"), ("taken_by_rules", "step"), ("reconciliation", "total"),
    ),
    distribution="reconciliation",
)  # fmt: skip
SCORED = Presentation(
    headline=("complications_points", "hcahps_points", "pro_points", "quality_category",
              "effective_discount", "composite_quality_score"),
    result="composite_quality_score",
    distribution="composite_quality_score",
)  # fmt: skip
ONE_RULE_FROM = dt.date(2021, 10, 1)
"""First day of performance year 6, 42 CFR 510.2: quality rules are one from then on, and an anchor
that begins in its first quarter, in 2021, has its price."""
MEASURED = (
    ("complications_percentile", "comp hip knee"), ("hcahps_percentile", "hcahps hlmr"),
)  # fmt: skip
"""Percentiles, and the rates beside them in CMS's quality file."""
NO_PREVIOUS = (
    "No percentile of the previous year is given for any hospital: improvement adds nothing; the"
    " highest score that it could give stands beside."
)
SIX = (
    "The file does not tell its performance year; its measures are of performance year 6 or later,"
    " whose quality rules are one. It is listed under 2022."
)


class Cjr(EpisodeProgram):
    """The program as the commands know it."""

    name = "cjr"
    title = "Comprehensive Care for Joint Replacement"
    rules_name = "cjr"
    unit = "hospital"
    options = ("year",)
    presentation = SETTLED
    worksheet = CJR
    episode_worksheet = CJR_EPISODE
    tables = TABLES
    totals: ClassVar = TOTALS
    spending_and_target = ("total_spending", "total_target_for_gains")
    group = "performance_year_name"
    must_come_out = ("reconciliation",)
    must_come_out_of_episodes = ("target_for_gains", "settled_spending")
    printed = PRINTED

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[TotalsRow]:
        """Settle every hospital, or score it where the files hold quality alone."""
        settled = super().settle(files, overlays, options)
        if settled.main.evaluation.worksheet is CJR:
            return settled
        return replace(settled, presentation=SCORED, title=f"{self.title}: quality")

    def understood(self, row: TotalsRow, asked: Mapping[str, str]) -> TotalsRow:
        """The hospital's number in six characters; the year, where the row does not tell it."""
        values = dict(row.values)
        if values.get("performance_year") is None:
            values["performance_year"] = year_asked(asked) or _year_told(row)
        if values.get("price_year") is None:
            values["price_year"] = _year_of_price(values.get("anchor_start"))
        numbers = {year: name for name, year in ENDS_IN.items()}
        values["performance_year_name"] = f"PY{numbers.get(values['performance_year'], '?')}"
        return replace(row, identifier=parse_ccn(row.identifier) or row.identifier, values=values)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Accounts and episodes, and what must be said of them."""
        reading = super().read(files, rules, asked)
        reading.rows = [row for row in reading.rows if _is_scored(row, reading.set_aside)]
        reading.more = {**reading.more, "episodes": _emergency(reading, rules)}
        notes = []
        if not any(row.values.get(f"{m}_percentile_previous") is not None
                   for row in reading.rows for m in ("complications", "hcahps")):  # fmt: skip
            notes.append(NO_PREVIOUS)
        if any(not _tells_year(row) for row in reading.rows) and "year" not in asked:
            notes.append(SIX)
        reading.notes = notes
        return reading

    def evaluate(self, reading: Reading[TotalsRow], rules: RuleSet) -> Settled[TotalsRow]:
        """Quality alone, or quality, episodes and reconciliation."""
        has_money = any(row.values.get("total_spending") is not None for row in reading.rows)
        if reading.more["episodes"] or has_money:
            return super().evaluate(reading, rules)
        who = [self._who(row) for row in reading.rows]
        return Settled(reading.rows, Sheet(who, _quality(reading.rows, rules), about="safe"))

    def passed_down(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """Both discounts after quality; the year of its price is the episode's own."""
        quality = _quality(accounts, rules)
        return {
            name: [quality.value(name, n) for n in range(len(accounts))]
            for name in ("effective_discount", "applicable_discount")
        }

    def told_of_accounts(
        self, accounts: Sequence[TotalsRow], rules: RuleSet
    ) -> Mapping[str, Sequence[Any]]:
        """The quality category."""
        return {"quality_category": list(_quality(accounts, rules).column("quality_category"))}

    def more_sheets(
        self, accounts: Sequence[TotalsRow], who: Sequence[ContractYear], main: Evaluation
    ) -> Mapping[str, Sheet]:
        """Quality, a row a hospital."""
        quality = _quality(accounts, main.rules)
        names = ["quality"] * len(accounts)
        detail = Detail.of(quality, range(len(accounts)), names, len(accounts))
        detail.link(main, "quality_category", "quality_category")
        return {"quality": Sheet(who, quality, names, about="safe")}


PROGRAM = Cjr()
SIMULATION = BundleSimulation(
    CJR, "reconciliation", ("total_spending",),
    volume=("episodes", "total_target_for_gains", "total_target_for_losses", "total_spending"),
    targets=(
        Target("total_target_for_gains", "target_for_gains", "effective_discount"),
        Target("total_target_for_losses", "target_for_losses", "applicable_discount"),
    ),
)  # fmt: skip


def _quality(accounts: Sequence[TotalsRow], rules: RuleSet) -> Evaluation:
    return CJR_QUALITY.evaluate(
        {name: [row.values.get(name) for row in accounts] for name in CJR_QUALITY.inputs}, rules
    )


def _emergency(reading: Reading[TotalsRow], rules: RuleSet) -> list[Episode]:
    """Episodes that the emergency rule covers, by anchor and diagnosis, where they do not say."""
    episode_rows: list[Episode] = []
    for priced, account in reading.more["episodes"]:
        row = _with_year_of_price(priced, account)
        start, has_covid = row.values.get("anchor_start"), row.values.get("covid_19")
        if row.values.get("spending_capped_at_target") is not None or start is has_covid is None:
            episode_rows.append((row, account))
            continue
        known = [e for e in rules.history("emergency_rule") if e.matches({"anchor_start": start})]
        if not known:
            detail = "the diagnosis counts by the first day of the anchor, 2016-04-01 to 2024-12-31"
            aside = SetAside("the emergency rule cannot be told", row.place, detail)
            reading.set_aside.append(aside)
            continue
        rule = known[-1].value
        covered = rule == "all" or (rule != "none" and bool(has_covid))
        values = {**row.values, "spending_capped_at_target": covered}
        episode_rows.append((replace(row, values=values), account))
    return episode_rows


def _year_of_price(anchor_start: dt.date | None) -> int | None:
    """The performance year of the first day of the anchor, by the calendar year of its end."""
    if anchor_start is None:
        return None
    return (
        max(anchor_start.year, ENDS_IN["6"]) if anchor_start >= ONE_RULE_FROM else anchor_start.year
    )


def _with_year_of_price(row: TotalsRow, account: TotalsRow) -> TotalsRow:
    """An episode with the year of its price: its account's where it does not tell its own."""
    year = row.values.get("price_year") or account.values.get("performance_year")
    return replace(row, values={**row.values, "performance_year": year})


def _is_scored(row: TotalsRow, set_aside: list[SetAside]) -> bool:
    """Whether a row of CMS's quality file can be scored; of a user's own list every row can."""
    table, number = row.table, row.number
    fault: SetAside | None = None
    if any(table.has("not_used", value) for _, value in MEASURED) and (
        parse_ccn(table.text(number, IDENTIFIER)) is None
    ):
        fault = SetAside("not a CMS certification number", table.place(number, IDENTIFIER))
    for percentile, value in MEASURED:
        rate = table.text(number, "not_used", value)
        if row.values.get(percentile) is None and number_or_none(rate) is not None:
            place = table.place(number, percentile)
            words = f"the hospital's rate is given ({value}), its percentile is not"
            fault = fault or SetAside("a measure without its percentile", place, words)
    if fault is not None:
        set_aside.append(fault)
    return fault is None


def _tells_year(row: TotalsRow) -> bool:
    return row.table.has("performance_year") and bool(
        row.table.text(row.number, "performance_year")
    )


def _year_told(row: TotalsRow) -> int:
    """Performance year 6, where the measures can only be of years with its rules."""
    ends = parse_date(str(row.values.get("hcahps_end") or ""))
    by_heading = any("py6" in heading.lower() for heading in row.table.header)
    if by_heading or (ends is not None and ends >= ONE_RULE_FROM):
        return ENDS_IN["6"]
    raise InputError(
        "the performance year is told nowhere",
        place=row.place,
        rule="a column performance year (1 to 8, 5.1 and 5.2)",
        action="add the column, or say the calendar year in which it ends: --year 2023",
        code="VBC-1998",
    )
