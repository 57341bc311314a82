"""What each number may be: its unit and the range in which it is believed, in one place.

A number outside is in another unit (a rate as 52 for 52%, a month's dollars for a year's, cents,
thousands) or of another thing. The ranges are far wider than anything CMS has published for 2012 to
2025; they are no law and decide nothing but whether a file is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place


@dataclass(frozen=True)
class Range:
    """Smallest and largest value believed, and the unit."""

    low: Decimal
    high: Decimal
    unit: str

    def holds(self, value: Decimal) -> bool:
        """Whether a value is believed."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:,} to {self.high:,} {self.unit}"


def _of(low: str, high: str, unit: str) -> Range:
    return Range(Decimal(low), Decimal(high), unit)


A_YEAR = "USD a person-year"
SCORE = "on a scale whose national mean is 1"
PER_CAPITA = {
    "ESRD": _of("15000", "500000", A_YEAR),
    "DISABLED": _of("2500", "80000", A_YEAR),
    "AGED_DUAL": _of("2500", "100000", A_YEAR),
    "AGED_NON_DUAL": _of("2500", "60000", A_YEAR),
}
"""Per capita expenditure by enrollment type."""
FLAT_DOLLARS = {
    kind: _of("800", "40000", A_YEAR) if kind == "ESRD" else _of("80", "8000", A_YEAR)
    for kind in PER_CAPITA
}
"""Flat dollar amounts of the prospective trend by enrollment type, zero if there is none."""
RANGES: Mapping[tuple[str, str], Range] = {
    ("national_factor", "truncation_threshold"): _of("25000", "3000000", A_YEAR),
    ("national_factor", "completion_factor"): _of("0.9", "1.2", "as a factor"),
    ("county_factor", "risk_score"): _of("0.2", "5", SCORE),
    ("national_risk", "mean_raw_score"): _of("0.1", "5", "as a raw score"),
    ("national_risk", "mean_demographic_score"): _of("0.05", "5", "as a raw score"),
    ("prior_savings", "person_years"): _of("100", "1000000", "person-years"),
}
ALL_TYPES = _of("2500", "60000", A_YEAR)
"""Per capita expenditure or benchmark over all enrollment types."""
MEAN_SCORE = _of("0.3", "3", SCORE)
"""Mean risk score of the people listed in a year and type."""
ONE_SCORE = _of("0.1", "6", SCORE)
"""One person's score: outside are a hundredth or so of the people at most."""
ODD_SCORES = Decimal("0.02")
"""Share of scores outside that is believed."""
NATIONAL_PERSON_YEARS = _of("10000", "60000000", "person-years")
LARGEST_PAYMENT = Decimal(100_000)
"""One payment outside claims for one person, USD."""
STAYS, OTHERS = "stays", "others"
"""Amounts of whole stays, and all others: an extract may hold only one of them."""
STAY_COLUMN: Mapping[str, tuple[str, str]] = {
    "institutional_claim": ("claim_type_code", "^[2356][01]$"),
    "institutional_line": ("revenue_center_code", "^(0001|01[0-9]{2}|02[01][0-9])$"),
    "payment_detail": ("claim_type_code", "^[2356][01]$"),
}
"""The column, and what it holds, by which a stay's amount is told: the types of a claim of a
hospital, a skilled nursing facility or a hospice; the revenue centers of accommodation and of the
total, where payers that pay by the stay put its payment."""
_REDUCTION = "population_based_payment_reduction_amount"
MEAN_AMOUNTS: Mapping[tuple[str, str, str], Range] = {
    ("institutional_claim", "paid_amount", STAYS): _of("400", "90000", "USD a stay's claim"),
    ("institutional_claim", "paid_amount", OTHERS): _of("20", "15000", "USD a paid claim"),
    ("institutional_line", "paid_amount", STAYS): _of("2", "90000", "USD a stay's line"),
    ("institutional_line", "paid_amount", OTHERS): _of("2", "10000", "USD a paid line"),
    ("professional_line", "paid_amount", OTHERS): _of("2", "3000", "USD a paid line"),
    ("professional_line", "allowed_amount", OTHERS): _of("2", "3500", "USD a line"),
    **{
        ("institutional_claim", f"{name}_amount", OTHERS): _of(
            "10", high, "USD a claim that has one"
        )
        for name, high in (
            ("operating_ime", "20000"),
            ("operating_dsh", "20000"),
            ("capital_ime", "3000"),
            ("capital_dsh", "3000"),
            ("uncompensated_care", "10000"),
        )
    },
    ("professional_line", "units", OTHERS): _of("0.5", "500", "units a line"),
    ("payment_detail", _REDUCTION, STAYS): _of("20", "90000", "USD a claim that has one"),
    ("payment_detail", _REDUCTION, OTHERS): _of("0.5", "3000", "USD a claim or line that has one"),
    ("pharmacy_claim", "quantity", OTHERS): _of("1", "1500", "units a fill"),
    ("pharmacy_claim", "days_supply", OTHERS): _of("2", "400", "days a fill"),
    ("pharmacy_claim", "patient_paid_amount", OTHERS): _of("0.25", "400", "USD a fill with some"),
}
"""Mean of a claim file's amounts other than zero."""
FEWEST_AMOUNTS = 20
"""Amounts of a file from which their mean says something."""


def believe_factor(table: str, row: Mapping[str, Any], file: str, line: int) -> None:
    """Refuse a row of a factor file with a number that cannot be what its column says.

    Raises:
        InputError: VBC-191, with line, column, value and range.
    """
    for column, value in row.items():
        wanted = RANGES.get((table, column))
        if column == "per_capita":
            wanted = PER_CAPITA[row["enrollment_type"]]
        if column == "flat_dollar_amount":
            wanted = FLAT_DOLLARS[row["enrollment_type"]]
        if table == "national_factor" and column == "person_years":
            wanted = NATIONAL_PERSON_YEARS
        if wanted and value and not wanted.holds(value):
            raise _unbelievable(file, line, column, value, wanted)
    if table == "prior_savings":
        for column in ("updated_benchmark", "expenditures"):
            each = row[column] / row["person_years"] if row["person_years"] else Decimal(0)
            if each and not ALL_TYPES.holds(each):
                raise _unbelievable(file, line, f"{column} / person_years", each, ALL_TYPES)


def _unbelievable(file: str, line: int, column: str, value: Any, wanted: Range) -> InputError:
    return InputError(
        "a number cannot be what its column says; is it in another unit?",
        place=Place(file=file, line=line, column=column, value=f"{Decimal(value):.4f}"),
        rule=f"believed: {wanted}",
        action="give it in the unit of the column (docs/input-files.md)",
        code="VBC-191",
    )


def mean(values: Sequence[Decimal | None]) -> Decimal | None:
    """The mean of those that are there."""
    some = [value for value in values if value is not None]
    return sum(some, Decimal(0)) / len(some) if some else None
