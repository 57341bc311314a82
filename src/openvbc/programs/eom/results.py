"""Settle EOM from practices and their episodes, with the percentages of an overlay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from openvbc.programs.bundles.simulation import BundleSimulation, Target
from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.episodes import EpisodeProgram
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import TotalsForm, TotalsRow
from openvbc.programs.settlement import Presentation
from openvbc.worksheets.bundles.eom import EOM, EOM_EPISODE

TOTALS = {
    "episodes": "episodes_counted",
    "benchmark": "settled_benchmark",
    "total_spending": "settled_spending",
}
ACCOUNTS = TotalsForm(
    "practices of EOM",
    tuple(EOM.inputs.values()),
    choices={"risk_arrangement": ("RA1", "RA2")},
    bounds={"aggregate_quality_score": (Decimal(0), Decimal(1))},
    above_zero={"aggregate_quality_score": Decimal("0.01")},
    may_lack=frozenset(TOTALS),
)
_CANCER = "cancer(?: type)?"
EPISODES = TotalsForm(
    "episodes of EOM",
    tuple(EOM_EPISODE.inputs.values()),
    may_lack=frozenset({"benchmark_price"}),
    beside=(*EPISODE_COLUMNS, Column("cancer_type", _CANCER, "text")),
)
PRICES = TotalsForm(
    "prices of EOM",
    tuple(EOM_EPISODE.inputs[name] for name in ("period_start", "benchmark_price")),
    beside=(Column("cancer_type", _CANCER, "text", True, "cancer type"),),
)


class Eom(EpisodeProgram):
    """The program as the commands know it."""

    name = "eom"
    title = "Enhancing Oncology Model"
    rules_name = "eom"
    unit = "practice"
    worksheet = EOM
    episode_worksheet = EOM_EPISODE
    tables = EpisodeTables(ACCOUNTS, EPISODES, ("period_start",), PRICES, ("cancer_type",))
    totals: ClassVar[Mapping[str, str]] = TOTALS
    spending_and_target = ("total_spending", "benchmark")
    group = "risk_arrangement"
    must_come_out = ("reconciliation",)
    must_come_out_of_episodes = ("settled_benchmark", "settled_spending")
    notes = (
        "Discounts, limits and multipliers are those of the overlay: no source of them was read.",
    )
    presentation = Presentation(
        headline=(
            "episodes", "benchmark", "target", "recoupment_threshold", "total_spending",
            "reconciliation",
        ),
        result="reconciliation",
        totals=("episodes", "benchmark", "total_spending", "reconciliation"),
        waterfall=(
            ("benchmark", "total"), ("spending_deducted", "step"),
            ("benchmark_less_spending", "total"), ("taken_by_rules", "step"),
            ("reconciliation", "total"),
        ),
        distribution="reconciliation",
    )  # fmt: skip

    def year_of(self, row: TotalsRow) -> int:
        """The year in which the performance period begins."""
        start: dt.date = row.values["period_start"]
        return start.year

    def period_of(self, row: TotalsRow) -> str:
        """The first day of the performance period."""
        return str(row.values["period_start"])


PROGRAM = Eom()
SIMULATION = BundleSimulation(
    EOM, "reconciliation", ("total_spending",), ("benchmark",), "aggregate_quality_score",
    volume=("episodes", "benchmark", "total_spending"),
    targets=(Target("benchmark", "settled_benchmark", ""),),
)  # fmt: skip
