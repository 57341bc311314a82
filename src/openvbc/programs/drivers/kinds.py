"""Drivers by kind of care: each enrollment type and service category against what it was given.

The benchmark knows no service categories. Each enrollment type's benchmark dollars are spread over
its categories as the earlier year's spending was; so every category is held against the earlier
year at the growth that the benchmark allows, and all together add up to benchmark less
expenditures. Claims not yet known (completion) and the cut-off of high spending are a row of their
own, as they belong to no category.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openvbc.programs.drivers.causes import Causes, Items, causes_of
from openvbc.programs.drivers.yardstick import Yardstick

Kind = tuple[str, str]
"""Enrollment type and service category."""
Row = Mapping[str, Any]
NOTHING: Items = {}


@dataclass(frozen=True)
class Months:
    """An enrollment type in a year: months, dollars before and after completion and cut-off."""

    months: int = 0
    paid: Fraction = Fraction(0)
    counted: Fraction = Fraction(0)


@dataclass(frozen=True)
class Kinds:
    """Both years by enrollment type and service category."""

    yardstick: Yardstick
    items: Mapping[tuple[str, Kind], Items]
    """By period and kind."""
    months: Mapping[tuple[str, str], Months]
    """By period and enrollment type."""

    @property
    def of(self) -> list[Kind]:
        """Every kind of care of either year."""
        wanted = (self.yardstick.base, self.yardstick.main)
        return sorted({kind for period, kind in self.items if period in wanted})

    @property
    def types(self) -> list[str]:
        """Enrollment types of either year."""
        return sorted({kind for _, kind in self.months})

    def year(self, period: str, enrollment_type: str) -> Months:
        """Months and dollars of an enrollment type in a year."""
        return self.months.get((period, enrollment_type), Months())

    def growth(self, enrollment_type: str) -> Fraction:
        """Person-months of the year over those of the earlier year; 0 where it had none."""
        before = self.year(self.yardstick.base, enrollment_type).months
        now = self.year(self.yardstick.main, enrollment_type).months
        return Fraction(now, before) if before else Fraction(0)

    def benchmark(self, enrollment_type: str) -> Fraction:
        """Dollars the yardstick gives the people of an enrollment type."""
        months = self.year(self.yardstick.main, enrollment_type).months
        per_capita = self.yardstick.per_capita.get(enrollment_type, Fraction(0))
        return per_capita * months / 12

    def trend(self, enrollment_type: str) -> Fraction:
        """What the yardstick lets the earlier year's spending grow by; 0 where there was none."""
        before = self.year(self.yardstick.base, enrollment_type).paid * self.growth(enrollment_type)
        return self.benchmark(enrollment_type) / before if before else Fraction(0)

    def against_benchmark(self, kind: Kind) -> Causes:
        """A kind of care against its part of the benchmark."""
        return self._causes(kind, self.trend(kind[0]))

    def against_history(self, kind: Kind) -> Causes:
        """A kind of care against the earlier year at the same number of person-months."""
        return self._causes(kind, Fraction(1))

    def _causes(self, kind: Kind, trend: Fraction) -> Causes:
        base, main = self.yardstick.base, self.yardstick.main
        before = self.items.get((base, kind), NOTHING)
        now = self.items.get((main, kind), NOTHING)
        return causes_of(before, now, self.growth(kind[0]), trend)

    def not_spread(self, enrollment_type: str) -> Fraction:
        """Benchmark dollars of a type that the earlier year had no spending of."""
        return Fraction(0) if self.trend(enrollment_type) else self.benchmark(enrollment_type)

    def cut_off(self, enrollment_type: str, period: str) -> Fraction:
        """What completion adds and the cut-off takes away (USD, plus is less spending)."""
        year = self.year(period, enrollment_type)
        return year.paid - year.counted

    def total(self) -> Fraction:
        """Benchmark less what counts, over every enrollment type: not rounded."""
        main = self.yardstick.main
        return sum(
            (self.benchmark(t) - self.year(main, t).counted for t in self.types), Fraction(0)
        )


def kinds_of(yardstick: Yardstick, mix: Sequence[Row], people: Sequence[Row]) -> Kinds:
    """From rows of `service_mix`, and of `assigned_person` summed by period and type."""
    items: dict[tuple[str, Kind], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for row in mix:
        kind = (row["enrollment_type"], row["service_category"])
        items[row["period"], kind][row["item"]] = (int(row["quantity"]), row["amount"])
    months = {
        (row["period"], row["enrollment_type"]): Months(
            int(row["months"]), Fraction(row["paid"]), Fraction(row["counted_times_12"]) / 12
        )
        for row in people
    }
    return Kinds(yardstick, dict(items), months)
