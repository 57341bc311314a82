"""What a measure's values can be: a column in another unit is refused, a single slip set aside.

A rate written as 52 where the program publishes 0.52 would move money to its cap without a word.
Each measure therefore has a unit and a range outside which a value cannot be meant; the ranges are
rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows


@dataclass(frozen=True)
class Plausible:
    """The closed range of values that can be meant."""

    least: Decimal | None
    most: Decimal | None

    @classmethod
    def of_rules(cls, rules: RuleSet, name: str, **keys: Any) -> Plausible:
        """The range that a rule of one row (least, most) gives."""
        parameter = rules.get(name, **keys)
        row = next(table_rows(parameter.value))
        least, most = (None if row[e] is None else Decimal(str(row[e])) for e in ("least", "most"))
        return cls(least, most)

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in the range."""
        low = self.least is None or value >= self.least
        return low and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is None or self.most is None:
            return f"at least {self.least}" if self.most is None else f"at most {self.most}"
        return f"{self.least} to {self.most}"


def believe(value: Decimal | None, plausible: Plausible, place: Place) -> None:
    """Refuse one value that cannot be meant, where no others of its column stand beside it.

    Raises:
        InputError: the value is outside the range.
    """
    if value is not None and not plausible.holds(value):
        raise InputError(
            "a value cannot be meant: it seems to be in another unit",
            place=place,
            rule=f"expected {plausible}",
            action="give the file as CMS publishes it, in the unit CMS uses",
            code="VBC-1148",
        )


def check_columns(
    table: PublishedTable, ranges: Mapping[tuple[str, str], Plausible]
) -> dict[int, SetAside]:
    """Rows with a value outside its column's range, each with why it is set aside.

    Raises:
        InputError: most values of a column are outside; then its unit is another one.
    """
    asides: dict[int, SetAside] = {}
    for (name, item), plausible in ranges.items():
        outside = []
        present = 0
        for row in range(table.count):
            try:
                value = table.number(row, name, item)
            except InputError:
                continue
            if value is None:
                continue
            present += 1
            if not plausible.holds(value):
                outside.append(row)
        if outside and 2 * len(outside) > present:
            raise InputError(
                f"{len(outside)} of {present} values of a column cannot be meant: it seems to be"
                " in another unit",
                place=table.place(outside[0], name, item),
                rule=f"expected {plausible}",
                action="give the file as CMS publishes it, in the unit CMS uses",
                code="VBC-172",
            )
        for row in outside:
            asides.setdefault(
                row,
                SetAside(
                    "value cannot be meant", table.place(row, name, item), f"expected {plausible}"
                ),
            )
    return asides
