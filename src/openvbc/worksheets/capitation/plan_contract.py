"""A provider group's share of a Medicare Advantage plan's payment, with risk sweeps and true-ups.

The plan is paid its bid (or the benchmark, if that is lower) times the member's risk score, plus a
rebate; a county's rate moves with the county's benchmark. CMS computes the risk score three times
for a year, as diagnoses become known: initial, mid-year, final. Revenue is computed anew at each
sweep over the same member months; the difference is a true-up. Against it stands the expense of the
members, as in any capitation contract.

Grain: rates, one row a plan and county; settlement, one row a contract and payment year. USD; rates
a member and month.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.capitation import CAPITATION
from openvbc.worksheets.capitation.capitation import INPUTS as CAPITATION_INPUTS
from openvbc.worksheets.capitation.capitation import TERMS as CAPITATION_TERMS
from openvbc.worksheets.capitation.medicare_advantage import rebate, rebate_share
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    minimum,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
CENT = "half up to the cent"
PAYMENT = "42 U.S.C. 1395w-23(a)(1)(B)"
SCORE = "42 U.S.C. 1395w-23(a)(1)(C)(ii)"
SHARE = "the contract's clause on its share of the plan's payment"
SWEEPS = "the contract's clause on risk sweeps"


@line(
    unit=MONTHLY,
    cite=PAYMENT + "; 42 CFR 422.304(a)(1)-(2), variations in rates within the service area: that "
    "they move it in proportion was not read",
    status="unverified",
    rounding=CENT,
)
def county_rate(benchmark: Column, bid: Column, county_benchmark: Column) -> Column:
    """The lower of bid and benchmark, times the county's benchmark over the plan's.

    A plan of one county has one benchmark.
    """
    paid = minimum(bid, benchmark)
    moved = paid * ratio(county_benchmark, benchmark)
    return round_half_up(where(is_missing(county_benchmark), paid, moved), 2)


@line(unit="ratio", cite=SHARE)
def part_of_payment(
    premium_share: Column, sequestration_counts: Column, sequestration_rate: Column
) -> Column:
    """Share of the plan's payment, less sequestration where the contract says that it counts."""
    return where(sequestration_counts, premium_share * (1 - sequestration_rate), premium_share)


@line(unit=MONTHLY, cite=SHARE)
def rate_at_average_risk(county_rate: Column, part_of_payment: Column) -> Column:
    """The county's rate times the part of the payment: what a score of one brings."""
    return county_rate * part_of_payment


@line(unit=MONTHLY, cite=SHARE)
def rebate_of_group(rebate: Column, part_of_payment: Column, rebate_counts: Column) -> Column:
    """The rebate times the part of the payment, where the contract says that it counts."""
    return where(rebate_counts, rebate * part_of_payment, rebate * 0)


RATE_LINES = [
    rebate_share, rebate, county_rate, part_of_payment, rate_at_average_risk, rebate_of_group,
]  # fmt: skip
RATE_INPUTS = [
    Input("payment_year", "year", "Payment year"),
    Input("benchmark", MONTHLY, "Benchmark of the plan (mean over its projected members)"),
    Input("bid", MONTHLY, "Bid of the plan"),
    Input("county_benchmark", MONTHLY, "Benchmark of the county, if not the plan's", optional=True),
    Input("stars", "stars", "Star rating", optional=True),
    Input("plan_kind", "text", "rated, new, or not reported"),
    Input(
        "rebate_risk_score", "score", "Projected risk of the plan; one if none", optional=True
    ),
]  # fmt: skip
LAW = ["rebate_shares", "sequestration_rate"]
PLAN_TERMS = ["premium_share", "rebate_counts", "sequestration_counts"]
PLAN_RATE = Worksheet(
    "medicare_advantage_rate",
    "Medicare Advantage: what a member and month brings the group, by plan and county",
    RATE_INPUTS,
    [*LAW, *PLAN_TERMS],
    RATE_LINES,
)
"""Benchmark and bid to the group's rate at a risk score of one, and its part of the rebate."""


def _paid(
    given: Column, raw: Column, normalization_factor: Column, least_coding_adjustment: Column
) -> Column:
    own = ratio(raw, normalization_factor) * (1 - least_coding_adjustment)
    return where(is_missing(given), own, given)


@line(unit="score", cite=SCORE)
def initial_risk_score(
    initial_score: Column,
    raw_initial_score: Column,
    normalization_factor: Column,
    least_coding_adjustment: Column,
) -> Column:
    """The score given, else raw over normalisation factor, times one less the coding adjustment."""
    return _paid(initial_score, raw_initial_score, normalization_factor, least_coding_adjustment)


@line(unit="score", cite=SCORE)
def mid_year_risk_score(
    mid_year_score: Column,
    raw_mid_year_score: Column,
    normalization_factor: Column,
    least_coding_adjustment: Column,
) -> Column:
    """The same at the mid-year sweep; missing until it is known."""
    return _paid(mid_year_score, raw_mid_year_score, normalization_factor, least_coding_adjustment)


@line(unit="score", cite=SCORE)
def final_risk_score(
    final_score: Column,
    raw_final_score: Column,
    normalization_factor: Column,
    least_coding_adjustment: Column,
) -> Column:
    """The same at the final sweep; missing until it is known."""
    return _paid(final_score, raw_final_score, normalization_factor, least_coding_adjustment)


def _revenue(
    rate: Column, score: Column, rebate: Column, carve_out: Column, months: Column
) -> Column:
    return round_half_up((rate * score + rebate - otherwise(carve_out, 0)) * months, 2)


@line(unit="USD", cite=SHARE, rounding=CENT)
def revenue_at_initial(
    rate_at_average_risk: Column,
    initial_risk_score: Column,
    rebate_of_group: Column,
    carve_out_per_month: Column,
    member_months: Column,
) -> Column:
    """Rate times score, plus rebate, less what is carved out, times member months."""
    return _revenue(
        rate_at_average_risk, initial_risk_score, rebate_of_group, carve_out_per_month,
        member_months,
    )  # fmt: skip


@line(unit="USD", cite=SWEEPS, rounding=CENT)
def revenue_at_mid_year(
    rate_at_average_risk: Column,
    mid_year_risk_score: Column,
    rebate_of_group: Column,
    carve_out_per_month: Column,
    member_months: Column,
) -> Column:
    """The same member months at the mid-year score; missing until it is known."""
    return _revenue(
        rate_at_average_risk, mid_year_risk_score, rebate_of_group, carve_out_per_month,
        member_months,
    )  # fmt: skip


@line(unit="USD", cite=SWEEPS, rounding=CENT)
def revenue_at_final(
    rate_at_average_risk: Column,
    final_risk_score: Column,
    rebate_of_group: Column,
    carve_out_per_month: Column,
    member_months: Column,
) -> Column:
    """The same member months at the final score; missing until it is known."""
    return _revenue(
        rate_at_average_risk, final_risk_score, rebate_of_group, carve_out_per_month,
        member_months,
    )  # fmt: skip


@line(unit="USD", cite=SWEEPS)
def mid_year_true_up(revenue_at_initial: Column, revenue_at_mid_year: Column) -> Column:
    """Revenue at the mid-year score less that at the initial one; missing until it is known."""
    return revenue_at_mid_year - revenue_at_initial


@line(unit="USD", cite=SWEEPS)
def final_true_up(
    revenue_at_initial: Column, revenue_at_mid_year: Column, revenue_at_final: Column
) -> Column:
    """Revenue at the final score less that at the sweep before; missing until it is known."""
    return revenue_at_final - otherwise(revenue_at_mid_year, revenue_at_initial)


@line(unit="USD", cite="the contract's clause on audits of risk scores (RADV)", rounding=CENT)
def returned_after_audit(recovered_by_audit: Column, premium_share: Column) -> Column:
    """The group's share of what CMS took back from the plan; nothing where nothing was."""
    return round_half_up(otherwise(recovered_by_audit, 0) * premium_share, 2)


@line(unit="USD", cite=SHARE)
def capitation_revenue(
    revenue_at_initial: Column,
    mid_year_true_up: Column,
    final_true_up: Column,
    returned_after_audit: Column,
) -> Column:
    """Revenue at the initial score, plus the true-ups known, less what an audit took back."""
    true_ups = otherwise(mid_year_true_up, 0) + otherwise(final_true_up, 0)
    revenue: Column = revenue_at_initial + true_ups - returned_after_audit
    return revenue


SCORES = [
    Input(f"{kind}{sweep}_score", "score", f"{label}, {words} sweep", optional=True)
    for sweep, words in (("initial", "initial"), ("mid_year", "mid-year"), ("final", "final"))
    for kind, label in (("", "Payment risk score"), ("raw_", "Raw risk score"))
]
_YEAR = RATE_INPUTS[0]
_NORMALIZED = Input("normalization_factor", "factor", "Normalisation factor", optional=True)
SWEEP_SCORE = Worksheet(
    "medicare_advantage_score",
    "Medicare Advantage: a member's risk score as it is paid",
    [_YEAR, *SCORES[:2], _NORMALIZED],
    ["least_coding_adjustment"],
    [initial_risk_score],
)
"""A raw score, or one that is given, to the score that is paid; alike at every sweep."""

_OTHER_INPUTS = [
    Input(
        "recovered_by_audit", "USD", "Taken back by CMS after an audit of risk scores",
        optional=True,
    ),
    *(
        item for item in CAPITATION_INPUTS
        if item.name not in {"contract_year", "base_rate", "area_factor", "risk_score"}
    ),
]  # fmt: skip
_OTHER_TERMS = [
    name for name in CAPITATION_TERMS if name not in {"trend_factor", "carve_out_per_month"}
]
_SETTLED = [
    mid_year_true_up, final_true_up, returned_after_audit, capitation_revenue,
    *(
        item for item in CAPITATION.lines.values()
        if item.name not in {"capitation_per_month", "capitation_revenue"}
    ),
]  # fmt: skip
PLAN_CONTRACT = Worksheet(
    "medicare_advantage_contract",
    "Medicare Advantage: a group's share of a plan's payment, and its settlement",
    [*RATE_INPUTS, *SCORES, _NORMALIZED, *_OTHER_INPUTS],
    [*LAW, "least_coding_adjustment", *PLAN_TERMS, "carve_out_per_month", *_OTHER_TERMS],
    [
        *RATE_LINES, initial_risk_score, mid_year_risk_score, final_risk_score, revenue_at_initial,
        revenue_at_mid_year, revenue_at_final, *_SETTLED,
    ],
)  # fmt: skip
"""Benchmark, bid and scores to revenue at each sweep, and with expense to the settlement."""

PLAN_CONTRACT_MEASURED = Worksheet(
    "medicare_advantage_settlement",
    "Medicare Advantage: a group's share of a plan's payment, measured, and its settlement",
    [
        _YEAR,
        *(
            Input(
                f"revenue_at_{sweep}", "USD", f"Revenue of the months at the {words} risk score",
                optional=sweep != "initial", cite=cite,
            )
            for sweep, words, cite in (
                ("initial", "initial", "the lines of all capitation runs"),
                ("mid_year", "mid-year", "table sweep_revenue"),
                ("final", "final", "table sweep_revenue"),
            )
        ),
        *_OTHER_INPUTS,
    ],
    ["premium_share", *_OTHER_TERMS],
    _SETTLED,
)  # fmt: skip
"""The same where revenue at each sweep was measured over the months of the members."""
