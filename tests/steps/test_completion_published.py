"""Completion factors against a triangle whose factors are in the literature."""

import datetime as dt
from decimal import Decimal

from openvbc.steps.expenditure.completion import completed, develop

# The general insurance triangle of Taylor and Ashe (1983), as in Mack (1993), which prints the
# volume-weighted factors and the reserve of 18,681 thousand. Cumulative payments.
CUMULATIVE = """\
357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
310608 1418858 2195047 3757447 4029929 4381982 4588268
443160 1136350 2128333 2897821 3402672 3873311
396132 1333217 2180715 2985752 3691712
440832 1288463 2419861 3483130
359480 1421128 2864498
376686 1363294
344014"""
FACTORS = "3.4906 1.7473 1.4574 1.1739 1.1038 1.0863 1.0539 1.0766 1.0177"
MONTHS = [dt.date(2024, month, 1) for month in range(1, 11)]


def triangle():
    for month, line in zip(MONTHS, CUMULATIVE.splitlines(), strict=True):
        before = 0
        for age, total in enumerate(int(text) for text in line.split()):
            yield {"incurred_month": month, "age": age, "amount": Decimal(total - before)}
            before = total


def test_the_published_factors_and_reserve():
    factors = develop(triangle(), dt.date(2024, 10, 31))
    assert " ".join(f"{row.to_next:.4f}" for row in factors) == FACTORS
    reserve = Decimal(0)
    for month, line in zip(MONTHS, CUMULATIVE.splitlines(), strict=True):
        known = Decimal(line.split()[-1])
        reserve += completed(known, 10 - month.month, factors) - known
    assert round(reserve / 1000) == 18681


def test_what_is_known_later_is_not_looked_at():
    day = dt.date(2024, 6, 30)
    early = [row for row in triangle() if row["incurred_month"].month + row["age"] <= 6]
    assert develop(triangle(), day) == develop(early, day)
