"""The tables a payer's bundle is settled from: episodes, and what is known of providers."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import TotalsForm
from openvbc.worksheets.bundles.episodes import EPISODE_BUDGET, EPISODE_COST, PROSPECTIVE_BUNDLE
from openvbc.worksheets.kernel.line import Input

SHARE = (Decimal(0), Decimal(1))
_OF_CONTRACT = {"contract_year", "mean_expected_cost", "given_price"}
EPISODES = TotalsForm(
    "episodes of a bundle",
    tuple(each for name, each in EPISODE_COST.inputs.items() if name not in _OF_CONTRACT),
    bounds={"risk_ratio": (Decimal("0.1"), Decimal(10))},
    beside=(*EPISODE_COLUMNS, Column("tier", "(?:price |severity )?tier", "text")),
)
PROVIDERS = TotalsForm(
    "providers of a bundle",
    (
        EPISODE_BUDGET.inputs["quality_score"],
        PROSPECTIVE_BUNDLE.inputs["warranty_cost"],
    ),
    bounds={"quality_score": SHARE},
)
METRICS = TotalsForm(
    "quality metrics of a bundle",
    (
        Input("metric", "text", "Quality metric"),
        Input("rate", "ratio", "Rate of the metric"),
    ),
    bounds={"rate": SHARE},
)
TABLES = EpisodeTables(PROVIDERS, EPISODES, (), more=(METRICS,), implied_accounts=True)
