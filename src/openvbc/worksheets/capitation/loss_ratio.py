"""The medical loss ratio, its credibility adjustment and the remittance: one for every market.

42 CFR 438.8 (Medicaid managed care); the same form serves commercial coverage (45 CFR 158) and
Medicare Advantage (42 CFR 422), each with its own credibility table. A plan too small to be
credible is presumed to meet the standard; one partly credible adds the factor before the
comparison; a fully credible one adds nothing.

Grain: one row a plan and reporting year. USD; ratios are not rounded, the remittance to the cent.
"""

from __future__ import annotations

from itertools import pairwise

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

RATIO = "42 CFR 438.8(d)-(f)"
CREDIBILITY = "42 CFR 438.8(h)"


def interpolated(table: Table, size: Column) -> Column:
    """The factor at a size: linear between the rows, nothing above the last.

    Missing below the first row: a plan of that size is not credible.
    """
    bounds, factors = (table_column(table, name, size) for name in ("from", "factor"))
    size_factor = size * 0
    points = list(zip(bounds, factors, strict=True))
    for (low, at_low), (high, at_high) in pairwise(points):
        between = at_low + (at_high - at_low) * (size - low) / (high - low)
        size_factor = where((size >= low) & (size <= high), between, size_factor)
    return only_where(size >= bounds[0], size_factor)


@line(unit="USD", cite=RATIO)
def loss_ratio_numerator(
    incurred_claims: Column, quality_improvement: Column, fraud_prevention: Column
) -> Column:
    """Incurred claims plus quality improvement plus fraud prevention within its limit."""
    return incurred_claims + otherwise(quality_improvement, 0) + otherwise(fraud_prevention, 0)


@line(unit="USD", cite=RATIO)
def loss_ratio_denominator(premium: Column, taxes_and_fees: Column) -> Column:
    """Premium revenue less taxes and fees."""
    return premium - otherwise(taxes_and_fees, 0)


@line(unit="ratio", cite=RATIO)
def loss_ratio(loss_ratio_numerator: Column, loss_ratio_denominator: Column) -> Column:
    """Numerator over denominator."""
    return ratio(loss_ratio_numerator, loss_ratio_denominator)


@line(unit="ratio", cite=CREDIBILITY)
def credibility_factor(
    credibility: Column, enrollment_size: Column, deductible_factor: Column
) -> Column:
    """The factor of the market's table, linear between its rows; missing if not credible.

    Times the deductible factor where the market has one.
    """
    factor = by_table(credibility, enrollment_size, interpolated)
    return factor * otherwise(deductible_factor, 1)


@line(unit="flag", cite=CREDIBILITY)
def presumed_to_meet(credibility_factor: Column) -> Column:
    """The plan is too small to be credible."""
    return is_missing(credibility_factor)


@line(unit="ratio", cite=CREDIBILITY)
def adjusted_loss_ratio(loss_ratio: Column, credibility_factor: Column) -> Column:
    """Loss ratio plus the credibility factor, before anything is compared."""
    return loss_ratio + otherwise(credibility_factor, 0)


@line(unit="USD", cite="42 CFR 438.8(j)", rounding="half up to the cent")
def remittance(
    adjusted_loss_ratio: Column,
    minimum_loss_ratio: Column,
    loss_ratio_denominator: Column,
    presumed_to_meet: Column,
    exempt_first_year: Column,
) -> Column:
    """What the adjusted ratio falls short of the minimum by, times the denominator.

    Nothing where the plan is presumed to meet it, is exempt in its first year, or no minimum is
    set.
    """
    short = maximum(otherwise(minimum_loss_ratio, 0) - adjusted_loss_ratio, 0)
    due = round_half_up(short * loss_ratio_denominator, 2)
    return where(presumed_to_meet | exempt_first_year, due * 0, due)


INPUTS = (
    Input("market", "text", "Market of the credibility table"),
    Input("enrollment_size", "count", "Member months, or life years where commercial"),
    Input("incurred_claims", "USD", "Incurred claims"),
    Input("quality_improvement", "USD", "Quality improvement", optional=True),
    Input("fraud_prevention", "USD", "Fraud prevention within its limit", optional=True),
    Input("premium", "USD", "Premium revenue"),
    Input("taxes_and_fees", "USD", "Taxes and fees", optional=True),
    Input("minimum_loss_ratio", "ratio", "Minimum loss ratio", optional=True),
    Input("deductible_factor", "factor", "Deductible factor", optional=True),
    Input("exempt_first_year", "flag", "Exempt in its first year", optional=True, missing=False),
)
LINES = (
    loss_ratio_numerator, loss_ratio_denominator, loss_ratio, credibility_factor,
    presumed_to_meet, adjusted_loss_ratio, remittance,
)  # fmt: skip
LOSS_RATIO = Worksheet(
    "loss_ratio", "Medical loss ratio: credibility and remittance", INPUTS, ["credibility"], LINES
)
"""Claims and premium to the adjusted loss ratio and what is due."""
