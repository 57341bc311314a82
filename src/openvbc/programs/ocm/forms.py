"""The tables OCM is settled from: practices, episodes with their terms, monthly services."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import TotalsForm
from openvbc.worksheets.bundles.ocm import OCM
from openvbc.worksheets.bundles.ocm_episode import OCM_EPISODE
from openvbc.worksheets.kernel.line import Input

TOTALS = {
    "episodes": "episodes_counted",
    "total_trended_price": "trended_price",
    "total_spending": "settled_spending",
}
TOTALS_UNLESS_GIVEN = {"novel_therapy_spending": "novel_spending"}
"""A practice may say its novel therapies itself, for example as CMS's report does."""
FACTOR = (Decimal("0.1"), Decimal(10))
ACCOUNTS = TotalsForm(
    "practices of OCM",
    tuple(each for each in OCM.inputs.values() if each.name != "monthly_services_to_recover"),
    choices={
        "risk_arrangement": ("one-sided", "two-sided original", "two-sided alternative"),
        "performance_period": tuple(f"PP{number}" for number in range(1, 12)),
    },
    bounds={"aggregate_quality_score": (Decimal(0), Decimal(1))},
    above_zero={"aggregate_quality_score": Decimal("0.01")},
    may_lack=frozenset({*TOTALS, *TOTALS_UNLESS_GIVEN}),
)
_HRR = Input("hrr_relative_cost", "coefficient", "HRR relative cost", optional=True)
_DATES = (
    Input("episode_start", "date", "First day of the episode", optional=True),
    Input("episode_end", "date", "Last day of the episode", optional=True),
)
EPISODES = TotalsForm(
    "episodes of OCM",
    (*OCM_EPISODE.inputs.values(), _HRR, *_DATES),
    choices={"performance_period": ACCOUNTS.choices["performance_period"]},
    bounds={
        "experience_adjuster": FACTOR,
        "trend_factor": FACTOR,
        "sum_of_coefficients": (Decimal(0), Decimal(30)),
        "hrr_relative_cost": (None, None),
    },
    may_lack=frozenset({"sum_of_coefficients", "experience_adjuster", "trend_factor"}),
    beside=(
        *EPISODE_COLUMNS, Column("terms", "terms", "text"),
        Column("cancer_type", "cancer(?: type)?", "text"),
    ),
)  # fmt: skip
PRICES = TotalsForm(
    "prices of OCM",
    tuple(
        OCM_EPISODE.inputs[name]
        for name in (
            "performance_period", "experience_adjuster", "trend_factor", "spending_floor",
            "spending_cap",
        )
    ),
    choices={"performance_period": ACCOUNTS.choices["performance_period"]},
    bounds={"experience_adjuster": FACTOR, "trend_factor": FACTOR},
    beside=(Column("cancer_type", "cancer(?: type)?", "text", True, "cancer type"),),
)  # fmt: skip
SERVICES = TotalsForm(
    "monthly services of OCM",
    (
        OCM_EPISODE.inputs["performance_period"],
        Input("service_date", "date", "Date of the monthly service"),
    ),
    choices={"performance_period": ACCOUNTS.choices["performance_period"]},
    beside=(EPISODE_COLUMNS[0],),
)
TABLES = EpisodeTables(
    ACCOUNTS, EPISODES, ("performance_period",), PRICES, ("cancer_type",), more=(SERVICES,)
)
