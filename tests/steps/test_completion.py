"""Completion factors against a triangle worked by hand."""

import datetime as dt
from decimal import Decimal

from openvbc.steps.expenditure.completion import completed, develop


def rows(*cells):
    return [
        {"incurred_month": dt.date(2024, month, 1), "age": age, "amount": Decimal(amount)}
        for month, age, amount in cells
    ]


TRIANGLE = rows(
    (1, 0, 100), (1, 1, 60), (1, 2, 40),  # January: 100, 160, 200 by the end of March
    (2, 0, 200), (2, 1, 100),  # February: 200, 300
    (3, 0, 150),
)  # fmt: skip


def test_volume_weighted_factors():
    # age 0 to 1: (160 + 300) / (100 + 200) = 460 / 300; age 1 to 2: 200 / 160 = 1.25
    first, second = develop(TRIANGLE, dt.date(2024, 3, 31))
    assert (first.paid, first.paid_by_next) == (300, 460)
    assert second.to_next == Decimal("1.25")
    assert abs(first.to_ultimate - Decimal(460) / 300 * Decimal("1.25")) < Decimal("1e-25")
    # March 150 x 460/300 x 1.25 = 287.50
    assert abs(completed(Decimal(150), 0, (first, second)) - Decimal("287.5")) < Decimal("1e-24")


def test_a_month_not_over_does_not_count():
    assert len(develop(TRIANGLE, dt.date(2024, 3, 30))) == 1


def test_nothing_known_is_complete():
    assert develop([], dt.date(2024, 3, 31)) == ()
    assert completed(Decimal(5), 3, ()) == 5
