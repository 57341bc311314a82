"""The tables CJR is settled from: hospitals with their quality, episodes, prices of cells."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.published.compared_line import Kind
from openvbc.programs.published.episode_tables import EPISODE_COLUMNS, EpisodeTables
from openvbc.programs.published.episodes import Printed
from openvbc.programs.published.layout import Column
from openvbc.programs.published.totals_form import ANY, WHO, TotalsForm
from openvbc.worksheets.bundles.cjr import CJR
from openvbc.worksheets.bundles.cjr_episode import CJR_EPISODE
from openvbc.worksheets.bundles.cjr_quality import CJR_QUALITY
from openvbc.worksheets.kernel.line import Input

PERCENTILE = (Decimal(0), Decimal(100))
PERCENTILES = (
    "complications_percentile", "hcahps_percentile", "complications_percentile_previous",
    "hcahps_percentile_previous",
)  # fmt: skip
FACTOR = (Decimal("0.1"), Decimal(10))
ENDS_IN = {
    "1": 2016, "2": 2017, "3": 2018, "4": 2019, "5.1": 2020, "5.2": 2021, "6": 2022, "7": 2023,
    "8": 2024,
}  # fmt: skip
"""Performance year to the calendar year in which it ends, 42 CFR 510.2."""
TOTALS = {
    "episodes": "episodes_counted",
    "total_target_for_gains": "target_for_gains",
    "total_target_for_losses": "target_for_losses",
    "total_spending": "settled_spending",
}


def year_written(text: str) -> str:
    """A performance year as 1 to 8 (5.1 and 5.2), with PY before it or not, or as its last year."""
    number = text.strip().lower().removeprefix("py").strip()
    if not number or number in {str(year) for year in ENDS_IN.values()}:
        return number
    if number not in ENDS_IN:
        raise ValueError(f"one of: {', '.join(ENDS_IN)}, or the calendar year in which it ends")
    return str(ENDS_IN[number])


def percentile_written(text: str) -> str:
    """A percentile of 0 to 100, with a percent sign or not; a mark for no value is none."""
    number = text.strip().removesuffix("%").strip()
    if number.lower() in {"", "n/a", "na", "-", "not available", "."}:
        return ""
    if (
        "." in number
        and number.strip("0.")
        and not number.lstrip("0").startswith(tuple("123456789"))
    ):
        raise ValueError("a percentile is written 47 or 47%, not 0.47")
    return number


INPUTS = {
    **CJR_QUALITY.inputs,
    **{name: each for name, each in CJR.inputs.items() if name != "quality_category"},
}
PRINTED = (
    Printed("complications_points", "complications? points", Kind.COUNT, "Complications points"),
    Printed("hcahps_points", "hcahps points", Kind.COUNT, "HCAHPS points"),
    Printed("pro_points", "pro points", Kind.COUNT, "Points of submission"),
    Printed("composite_quality_score", "(?:composite )?(?:quality )?score", Kind.COUNT, "Score"),
    Printed(
        "score_without_improvement", "score without improvement", Kind.COUNT,
        "Score without improvement",
    ),
    Printed(
        "score_with_all_improvement", "score upper bound(?: with improvement)?", Kind.COUNT,
        "Score if both measures improved",
    ),
    Printed("quality_category", "(?:quality )?category", Kind.CODE, "Category"),
    Printed(
        "category_without_improvement", "category without improvement", Kind.CODE,
        "Category without improvement",
    ),
    Printed(
        "category_with_all_improvement", "category upper bound(?: with improvement)?", Kind.CODE,
        "Category if both measures improved",
    ),
    Printed(
        "effective_discount",
        "effective discount(?: py6 8)?(?: without improvement)?", Kind.COUNT, "Effective discount",
    ),
    Printed(
        "eligible_without_improvement", "eligible(?: without improvement)?", Kind.FLAG,
        "Quality allows a payment",
    ),
)  # fmt: skip
ACCOUNTS = TotalsForm(
    "hospitals of CJR",
    tuple(INPUTS.values()),
    bounds={
        **dict.fromkeys(PERCENTILES, PERCENTILE),
        "settled_before": ANY,
    },
    may_lack=frozenset({*TOTALS, "performance_year", "lower_loss_limit"}),
    aliases={
        "complications_percentile": "comp hip knee percentile|complications? percentile",
        "hcahps_percentile": "hcahps hlmr percentile|hcahps percentile",
        "pro_submitted": "pro",
        "lower_loss_limit": "rural",
        "performance_year": "py",
    },
    written={
        "performance_year": year_written,
        **dict.fromkeys(PERCENTILES, percentile_written),
    },
    beside=(
        *(each.column for each in PRINTED),
        Column("hcahps_end", "hcahps end date", "text"),
        Column(
            "not_used",
            "(?P<item>msa(?: title)?|hcahps hlmr|comp hip knee|(?!hcahps end date).* date"
            "|.*footnote)",
            "text",
        ),
    ),
    who=f"identifier|{WHO}|facility id|hospital id|ccn",
)  # fmt: skip
_EPISODE_INPUTS = {
    name: each
    for name, each in CJR_EPISODE.inputs.items()
    if name not in {"effective_discount", "applicable_discount"}
}
_FACTORS = dict.fromkeys(
    ("multiplier_hcc_count", "multiplier_age", "multiplier_dual", "normalization", "market_trend"),
    FACTOR,
)
EPISODES = TotalsForm(
    "episodes of CJR",
    (
        *_EPISODE_INPUTS.values(),
        Input("price_year", "year", "Performance year of the price", optional=True),
        Input("anchor_start", "date", "First day of the anchor", optional=True),
        Input("covid_19", "flag", "COVID-19 diagnosis in the episode", optional=True),
    ),
    bounds=_FACTORS,
    aliases={"performance_year": "py", "spending_capped_at_target": "emergency rule"},
    written={"performance_year": year_written, "price_year": year_written},
    beside=(*EPISODE_COLUMNS, Column("price_cell", "(?:price )?cell", "text")),
    who=ACCOUNTS.who,
)
PRICES = TotalsForm(
    "prices of CJR",
    tuple(
        CJR_EPISODE.inputs[name]
        for name in ("performance_year", "hospital_mean", "regional_mean", "baseline_episodes",
                     "normalization", "market_trend", "spending_cap",
                     "given_target_before_discount")
    ),
    bounds=_FACTORS,
    aliases={"performance_year": "py"},
    written={"performance_year": year_written},
    beside=(Column("price_cell", "(?:price )?cell", "text", True, "price cell"),),
    who=ACCOUNTS.who,
)  # fmt: skip
TABLES = EpisodeTables(
    ACCOUNTS, EPISODES, ("performance_year",), PRICES, ("price_cell",),
    price_period_of={"performance_year": "price_year"},
)  # fmt: skip
