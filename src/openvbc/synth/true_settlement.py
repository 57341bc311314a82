"""The settlement of the generated contract, in exact arithmetic of its own.

Follows the specification of agreements from 2019-07-01 on (42 CFR 425.605, 425.610, 425.652),
written without the worksheets it is the truth for. Money is rounded half up,
to cents, only where totals are struck.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from openvbc.synth.settings import Settings
from openvbc.synth.true_benchmark import Benchmark
from openvbc.synth.true_region import Measured, exact

QUALITY_SCORE = Decimal("0.8500")
"""Above the quality performance standard of every year generated."""
TWO_SIDED = ("BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED")
_SAVINGS_RATE_BANDS = (
    (1, 499, "27.4", "12.2", 100), (500, 999, "12.2", "8.7", 500),
    (1000, 2999, "8.7", "5.0", 1000), (3000, 4999, "5.0", "3.9", 3000),
    (5000, 5999, "3.9", "3.6", 5000), (6000, 6999, "3.6", "3.4", 6000),
    (7000, 7999, "3.4", "3.2", 7000), (8000, 8999, "3.2", "3.1", 8000),
    (9000, 9999, "3.1", "3.0", 9000), (10000, 14999, "3.0", "2.7", 10000),
    (15000, 19999, "2.7", "2.5", 15000), (20000, 49999, "2.5", "2.2", 20000),
    (50000, 59999, "2.2", "2.0", 50000), (60000, 10**9, "2.0", "2.0", 60000),
)  # fmt: skip
_SHARING = {
    "BASIC_A": "0.40",
    "BASIC_B": "0.40",
    "BASIC_C": "0.50",
    "BASIC_D": "0.50",
    "BASIC_E": "0.50",
    "ENHANCED": "0.75",
}
_PAYMENT_LIMIT = {"ENHANCED": "0.20"}
_LOSS_LIMITS = {
    "BASIC_C": ("0.02", "0.01"),
    "BASIC_D": ("0.04", "0.02"),
    "BASIC_E": ("0.08", "0.04"),
}
ELECTION = {"BASIC_C": "0.01", "BASIC_D": "0.01", "BASIC_E": "0.01", "ENHANCED": "0.02"}


def cents(value: Fraction) -> Decimal:
    """Half up to cents."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return whole.quantize(Decimal("0.01"), ROUND_HALF_UP)


def minimum_savings_rate(assigned: int, track: str) -> Fraction:
    """Elected by two-sided tracks of 5,000 or more, else by number of beneficiaries (E.1, E.2)."""
    if track in ELECTION and assigned >= 5000:
        return exact(ELECTION[track])
    for low, high, at_low, at_high, first in _SAVINGS_RATE_BANDS:
        if low <= assigned <= high:
            if high == 10**9:
                return exact(at_low) / 100
            part = Fraction(max(assigned, first) - first, high - first)
            return (exact(at_low) + part * (exact(at_high) - exact(at_low))) / 100
    raise ValueError("nobody is assigned")


def settlement(
    measured: Measured, computed: Benchmark, settings: Settings, revenue: Decimal
) -> list[tuple[str, Decimal | str]]:
    """Gross to payment: specification E.4; quality standard met, low revenue, no events."""
    track = settings.track
    rate = minimum_savings_rate(measured.assigned, track)
    spent = cents(computed.expenditure * computed.person_years)
    late = settings.agreement_start.year >= 2024
    updated, guarded = computed.updated, False
    if late and track in TWO_SIDED:
        loss = (computed.updated - computed.expenditure) / computed.updated
        if loss < 0 and -loss >= rate and computed.two_way > computed.updated:
            updated, guarded = computed.two_way, True
    total = cents(updated * computed.person_years)
    gross = total - spent
    savings_rate = exact(gross) / exact(total)
    sharing = exact(_SHARING[track])
    earned = owed = Fraction(0)
    if gross > 0 and not guarded:
        if savings_rate >= rate:
            shared = exact(gross) * sharing
        elif late and track.startswith("BASIC") and measured.assigned >= 5000:
            shared = exact(gross) * sharing / 2
        else:
            shared = Fraction(0)
        paid = shared * Fraction(98, 100)
        earned = min(paid, exact(_PAYMENT_LIMIT.get(track, "0.10")) * exact(total))
    if gross < 0 and track in TWO_SIDED and -savings_rate >= rate:
        if track == "ENHANCED":
            loss_rate = max(
                Fraction(40, 100),
                min(Fraction(75, 100), 1 - Fraction(75, 100) * exact(QUALITY_SCORE)),
            )
            limit = Fraction(15, 100) * exact(total)
        else:
            by_revenue, by_benchmark = _LOSS_LIMITS[track]
            loss_rate = Fraction(30, 100)
            limit = min(exact(by_revenue) * exact(revenue), exact(by_benchmark) * exact(total))
        owed = min(-exact(gross) * loss_rate, limit)
    return [
        ("assigned_beneficiaries", str(measured.assigned)),
        ("updated_benchmark_per_capita", _ten(updated)),
        ("performance_year_expenditure_per_capita", _ten(computed.expenditure)),
        ("person_years", _ten(computed.person_years)),
        ("total_benchmark", total),
        ("total_expenditures", spent),
        ("gross_savings", gross),
        ("savings_rate", _ten(savings_rate)),
        ("minimum_savings_rate", _ten(rate)),
        ("guardrail_applied", "1" if guarded else "0"),
        ("earned_shared_savings", cents(earned)),
        ("shared_losses_owed", cents(owed)),
        ("earned_savings_or_owed_losses", cents(earned - owed)),
    ]


def _ten(value: Fraction) -> Decimal:
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return whole.quantize(Decimal("0.0000000001"), ROUND_HALF_UP)
