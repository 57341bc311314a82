"""Settle BPCI Advanced from initiators, their episodes and CMS's target price file.

The columns of CMS's workbooks (EPI_CAT, SBS, PCMA, PAT, TARGET_PRICE ...) are understood by their
names; the amounts that a reconciliation workbook prints are verified.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from openvbc.programs.bundles.simulation import BundleSimulation, Target
from openvbc.programs.published.compared_line import Kind
from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.episodes import EpisodeProgram, Printed
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import ANY, WHO, TotalsForm, TotalsRow
from openvbc.programs.settlement import Presentation
from openvbc.worksheets.bundles.bpci_advanced import BPCI_ADVANCED
from openvbc.worksheets.bundles.bpci_advanced_price import BPCI_ADVANCED_PRICE

BEFORE_FIRST_YEAR = 2017
"""Model year 1 is of 2018."""
TOTALS = {
    "episodes": "episodes_counted",
    "total_target": "settled_target",
    "total_spending": "settled_spending",
}
FACTORS = dict.fromkeys(
    (
        "baseline_case_mix", "peer_adjusted_trend", "historical_trend_adjustment", "group_offset",
        "group_offset_limited", "group_case_mix", "performance_case_mix", "realized_trend",
    ),
    (Decimal("0.1"), Decimal(10)),
)  # fmt: skip
ALIASES = {
    "given_benchmark_price": "hbp",
    "standardized_baseline_spending": "sbs",
    "baseline_case_mix": "pcma",
    "peer_adjusted_trend": "pat",
    "historical_trend_adjustment": "pat historical adj",
    "given_target_price": "target price",
    "group_offset": "pgp offset",
    "group_offset_limited": "pgp offset adj",
    "group_case_mix": "case mix",
    "target_price_real": "target price real",
    "performance_case_mix": "performance pcma",
    "model_year": "my",
}
PRINTED = (
    Printed("total_reconciliation_amount", "total recon amount", Kind.MONEY, "Total amount"),
    Printed("quality_adjustment", "cqs adjustment amount", Kind.MONEY, "Quality adjustment"),
    Printed("after_quality", "adj total recon amount", Kind.MONEY, "Amount after quality"),
    Printed("limit", "20pct total perf target amount", Kind.MONEY, "Limit"),
    Printed("limited_amount", "cap adj total recon amount", Kind.MONEY, "Limited amount"),
)
WHOM = f"identifier|{WHO}|initiator|ei|episode initiator|bpid"
_CATEGORY = Column("category", "(?:clinical )?(?:episode )?category|epi cat", "text")
_HOSPITAL = Column("at_hospital", "at hospital|ach ccn|anchor ccn", "text")
_NOT_USED = Column(
    "not_used", "(?P<item>epi index|epi dropped flag|epi count|epi spend|payment ratio)", "text"
)
_MODEL_YEAR = {"model_year": (Decimal(1), Decimal(8))}
ACCOUNTS = TotalsForm(
    "initiators of BPCI Advanced",
    tuple(BPCI_ADVANCED.inputs.values()),
    bounds={
        **_MODEL_YEAR,
        "composite_quality_score": (Decimal(0), Decimal(100)),
        "settled_before": ANY,
    },
    above_zero={"composite_quality_score": Decimal(1)},
    may_lack=frozenset(TOTALS),
    aliases={"model_year": "my", "composite_quality_score": "cqs(?: score)?"},
    beside=tuple(each.column for each in PRINTED),
    who=WHOM,
)
_TYPE = {"episode_type": ("surgical", "medical")}
EPISODES = TotalsForm(
    "episodes of BPCI Advanced",
    tuple(BPCI_ADVANCED_PRICE.inputs.values()),
    choices=_TYPE,
    bounds={**FACTORS, **_MODEL_YEAR},
    may_lack=frozenset({"episode_type"}),
    aliases=ALIASES,
    beside=(*EPISODE_COLUMNS, _CATEGORY, _HOSPITAL, _NOT_USED),
    who=WHOM,
)
PRICES = TotalsForm(
    "target prices of BPCI Advanced",
    tuple(
        each
        for name, each in BPCI_ADVANCED_PRICE.inputs.items()
        if name not in {"episodes", "spending", "in_disaster", "covid_19_diagnosis", "period"}
    ),
    choices=_TYPE,
    bounds={**FACTORS, **_MODEL_YEAR},
    aliases=ALIASES,
    beside=(
        Column("category", _CATEGORY.pattern, "text", True, "category"), _HOSPITAL, _NOT_USED,
    ),
    who=WHOM,
)  # fmt: skip


class BpciAdvanced(EpisodeProgram):
    """The program as the commands know it."""

    name = "bpci-advanced"
    title = "Bundled Payments for Care Improvement Advanced"
    rules_name = "bpci-advanced"
    unit = "initiator"
    worksheet = BPCI_ADVANCED
    episode_worksheet = BPCI_ADVANCED_PRICE
    tables = EpisodeTables(
        ACCOUNTS, EPISODES, ("model_year", "period"), PRICES, ("at_hospital", "category"),
        price_periods=("model_year",),
    )  # fmt: skip
    totals: ClassVar = TOTALS
    must_come_out = ("reconciliation",)
    must_come_out_of_episodes = ("settled_target", "settled_spending")
    printed = PRINTED
    notes = (
        "Quality adjusts by the form of summaries of the model; CMS's specification was not read.",
        "Target prices without the period's case mix or realised trend are preliminary.",
    )
    presentation = Presentation(
        headline=(
            "episodes", "total_target", "total_spending", "total_reconciliation_amount",
            "after_quality", "reconciliation",
        ),
        result="reconciliation",
        totals=(
            "episodes", "total_target", "total_spending", "total_reconciliation_amount",
            "reconciliation",
        ),
        waterfall=(
            ("total_target", "total"), ("spending_deducted", "step"),
            ("total_reconciliation_amount", "total"), ("quality_adjustment", "step"),
            ("limited_away", "step"), ("repayment_deducted", "step"), ("reconciliation", "total"),
        ),
        distribution="reconciliation",
    )  # fmt: skip

    def year_of(self, row: TotalsRow) -> int:
        """The calendar year of the model year."""
        return BEFORE_FIRST_YEAR + int(row.values["model_year"])

    def period_of(self, row: TotalsRow) -> str:
        """The performance period of the model year."""
        return str(row.values.get("period") or "")


PROGRAM = BpciAdvanced()
SIMULATION = BundleSimulation(
    BPCI_ADVANCED, "reconciliation", ("total_spending",), quality="composite_quality_score",
    quality_of=100, volume=("episodes", "total_target", "total_spending"),
    targets=(Target("total_target", "settled_target", "discount"),),
)  # fmt: skip
