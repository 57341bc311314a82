"""The applicable percentage of a county, and whether it doubles the bonus, told by its rates.

The rate book prints neither. The ratio of a rate with bonus to the one without is one plus points
over percentage, and no two pairs that the law knows have the same ratio.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from openvbc.programs.medicare_advantage.files import County
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows

WITHIN = Decimal("0.02")
"""The base amount is not printed; from a rate rounded to cents the others follow so closely."""


class Pair(NamedTuple):
    """What the rates tell."""

    percentage: Decimal
    double: bool


def pairs_told(county: County, rules: RuleSet, year: int) -> list[Pair]:
    """Every pair of the law that gives both rates with bonus within two cents."""
    points = [
        Decimal(str(rules.get(name, payment_year=year).value))
        for name in ("bonus_points", "new_plan_bonus_points")
    ]
    pairs = []
    for row in table_rows(rules.get("applicable_percentages", payment_year=year).value):
        percentage = Decimal(str(row["percentage"]))
        for double in (False, True):
            full, new = (
                county.none / percentage * (percentage + (2 if double else 1) * each)
                for each in points
            )
            if abs(full - county.full) <= WITHIN and abs(new - county.new) <= WITHIN:
                pairs.append(Pair(percentage, double))
    return pairs
