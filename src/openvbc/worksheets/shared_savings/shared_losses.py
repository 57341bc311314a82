"""What a two-sided Shared Savings Program contract owes when it spends more than its benchmark.

Losses at or beyond the minimum loss rate are shared from the first dollar at the shared loss rate,
held under a limit (a share of the benchmark, or of the participants' revenue if lower), reduced for
extreme and uncontrollable circumstances, and prorated for a contract ended during the year. Amounts
are positive here (what is owed) and not rounded; CMS prints whole dollars with a minus sign.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    absolute,
    clamp,
    is_in,
    is_missing,
    maximum,
    minimum,
    otherwise,
    where,
)
from openvbc.worksheets.kernel.line import line


@line(
    unit="ratio",
    label="Shared loss rate by quality",
    cite="42 CFR 425.606(f), 425.610(f)",
)
def loss_rate_by_quality(
    quality_standard_met: Column,
    only_alternative_standard_met: Column,
    maximum_sharing_rate: Column,
    effective_quality_score: Column,
    shared_loss_rate_minimum: Column,
    shared_loss_rate_maximum: Column,
) -> Column:
    """One less maximum rate times quality score, in its bounds; the maximum if quality fails.

    The real quality score counts even where the sharing rate does not depend on it. Missing for a
    one-sided contract, and where the score is not known and would decide.
    """
    by_score = clamp(
        1 - maximum_sharing_rate * effective_quality_score,
        shared_loss_rate_minimum,
        shared_loss_rate_maximum,
    )
    passed = quality_standard_met | only_alternative_standard_met
    failed = shared_loss_rate_maximum + 0 * effective_quality_score
    return where(passed, by_score, failed)


@line(
    unit="ratio",
    label="Final shared loss rate",
    cite="42 CFR 425.605(d)(1)(iii)-(v), 425.606(f), 425.610(f)",
)
def final_loss_rate(
    shared_loss_rate_minimum: Column,
    shared_loss_rate_maximum: Column,
    loss_rate_by_quality: Column,
) -> Column:
    """The track's one rate where it has one (BASIC, Track 1+); else the loss rate by quality.

    A track with one rate has the same number as its lowest and its highest; no score is needed.
    """
    fixed = shared_loss_rate_minimum == shared_loss_rate_maximum
    return where(fixed, shared_loss_rate_maximum, loss_rate_by_quality)


@line(
    unit="USD",
    label="Shared losses before the limit",
    cite="42 CFR 425.605(d), 425.606(d), 425.610(d)",
)
def shared_losses_before_limit(
    meets_minimum_loss_rate: Column, gross_savings: Column, final_loss_rate: Column
) -> Column:
    """Gross losses times the shared loss rate, if they reach the minimum loss rate."""
    return where(meets_minimum_loss_rate, absolute(gross_savings) * final_loss_rate, 0)


@line(
    unit="USD",
    label="Loss limit from the benchmark",
    cite="42 CFR 425.605(d)(1)(iii)-(v), 425.606(g), 425.610(g)",
)
def benchmark_loss_limit(
    loss_limit_share_of_benchmark: Column, benchmark_expenditures: Column
) -> Column:
    """Share of the updated benchmark expenditures; missing for a one-sided contract."""
    return loss_limit_share_of_benchmark * benchmark_expenditures


@line(
    unit="USD",
    label="Loss limit from participants' revenue",
    cite="42 CFR 425.605(d)(1)(iii)-(v)",
)
def revenue_loss_limit(loss_limit_share_of_revenue: Column, participant_revenue: Column) -> Column:
    """Share of the participants' Medicare revenue; missing where none applies or is known."""
    return loss_limit_share_of_revenue * participant_revenue


@line(
    unit="USD",
    cite="42 CFR 425.605(d)(1)(iii)-(v), 425.606(g), 425.610(g)",
)
def loss_limit(benchmark_loss_limit: Column, revenue_loss_limit: Column) -> Column:
    """The lower of the two limits; the benchmark's where the revenue's is not known."""
    return minimum(benchmark_loss_limit, otherwise(revenue_loss_limit, benchmark_loss_limit))


@line(
    unit="flag",
    label="Amount owed is an upper bound",
    cite="42 CFR 425.605(d)(1)(iii)-(v)",
)
def owed_is_upper_bound(
    shared_losses_before_limit: Column,
    loss_limit_share_of_revenue: Column,
    participant_revenue: Column,
    loss_limit_used: Column,
) -> Column:
    """Losses are shared, revenue that is not known may limit them, and CMS does not say that the
    benchmark does.
    """
    flags: Column = (
        (shared_losses_before_limit > 0)
        & ~is_missing(loss_limit_share_of_revenue)
        & is_missing(participant_revenue)
        & ~is_in(loss_limit_used, "benchmark")
    )
    return flags


@line(
    unit="USD",
    label="Shared losses within the limit",
    cite="42 CFR 425.605(d)(1)(iii)-(v), 425.606(g), 425.610(g)",
)
def limited_shared_losses(shared_losses_before_limit: Column, loss_limit: Column) -> Column:
    """The lower of shared losses and loss limit."""
    held = minimum(shared_losses_before_limit, otherwise(loss_limit, shared_losses_before_limit))
    return where(is_missing(loss_limit), shared_losses_before_limit, held)


@line(
    unit="USD",
    label="Reduction for extreme and uncontrollable circumstances",
    cite="42 CFR 425.605(f), 425.606(i), 425.610(i)",
    status="empirical",
)
def extreme_circumstances_reduction(
    extreme_circumstances_amount: Column,
    extreme_circumstances_fraction: Column,
    limited_shared_losses: Column,
    performance_year_months: Column,
    losses_are_relieved: Column,
) -> Column:
    """The whole-year amount given, prorated; else limited losses times the fraction; else none.

    None where losses are not relieved.

    The fraction is the sum over events of months affected / 12 times the share of assigned
    beneficiaries in the affected area. It acts on the limited amount.
    """
    given = extreme_circumstances_amount * performance_year_months / 12
    computed = limited_shared_losses * otherwise(extreme_circumstances_fraction, 0)
    relief = where(is_missing(given), computed, given)
    return where(losses_are_relieved, relief, relief * 0)


@line(
    unit="USD",
    cite="42 CFR 425.605(f), 425.606(i), 425.610(i), 425.221(b)",
)
def shared_losses_owed(
    limited_shared_losses: Column,
    extreme_circumstances_reduction: Column,
    participation_months: Column,
    performance_year_months: Column,
) -> Column:
    """Limited losses less the reduction, not below zero, prorated for a contract ended early."""
    left = maximum(limited_shared_losses - extreme_circumstances_reduction, 0)
    prorated = left * participation_months / performance_year_months
    return where(is_missing(participation_months), left, prorated)
