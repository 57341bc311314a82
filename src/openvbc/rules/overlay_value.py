"""Whether a value laid over the rules is one of its parameter: its unit, its kind, its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import Place, RuleError
from openvbc.rules.parameter import Parameter, Table

_KIND_OF_UNIT = {
    "flag": "true or false", "text": "text", "code": "text", "date": "text",
    "table": "rows", "rows": "rows",
}  # fmt: skip
"""Of a parameter that the rules hold without a value; every other unit counts or measures."""

SHARE_BOUND = 2
"""A ratio of which every known value lies between -1 and 1 is a share: above this, a percentage."""

TIMES_THE_KNOWN = 10
"""How many times the largest known ratio is believed."""


def check_overlay_value(laid: Parameter, known: Sequence[Parameter], place: Place) -> None:
    """Stop at a value that the parameter cannot have.

    Raises:
        RuleError: another unit than the rules', another kind of value (text for a number), a
            table with other columns, or a ratio of a size that only a percentage has.
    """
    unit = known[0].unit
    if laid.unit != unit:
        raise RuleError(
            f"{laid.name} is in {unit}, the overlay says {laid.unit}",
            place=place,
            rule="an overlay gives a parameter in the unit of the rules",
            action=f"convert the value and write 'unit: {unit}'",
            code="VBC-3999",
        )
    if laid.value is None:
        return
    values = [entry.value for entry in known if entry.value is not None]
    expected = _kind(values[0]) if values else _KIND_OF_UNIT.get(unit, "a number")
    if _kind(laid.value) != expected:
        raise RuleError(
            f"{laid.name} is {expected}, not {_shown(laid.value)}",
            place=place,
            rule=f"the unit is {unit}",
            action="write the value, or null where the rule says there is none",
            code="VBC-3998",
        )
    if isinstance(laid.value, Table):
        _check_columns(laid, [value for value in values if isinstance(value, Table)], place)
    elif unit == "ratio":
        _check_ratio(laid, values, place)


def _kind(value: Any) -> str:
    if isinstance(value, Table):
        return "rows"
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str | dt.date) else "a number"


def _shown(value: Any) -> str:
    return "rows" if isinstance(value, Table) else repr(str(value))


def _check_columns(laid: Parameter, known: Sequence[Table], place: Place) -> None:
    """Rows of a table hold the columns that every known row holds, and none that no row holds."""
    rows = [set(row) for table in known for row in table]
    if not rows or not isinstance(laid.value, Table):
        return
    needed, allowed = set.intersection(*rows), set.union(*rows)
    for number, row in enumerate(laid.value, start=1):
        wrong = sorted(needed - set(row)) + sorted(set(row) - allowed)
        if wrong:
            raise RuleError(
                f"row {number} of {laid.name} lacks, or should not have, {', '.join(wrong)}",
                place=place,
                rule=f"a row holds {', '.join(sorted(needed))}"
                + (
                    f" and may hold {', '.join(sorted(allowed - needed))}"
                    if allowed > needed
                    else ""
                ),
                action="write its columns as the rules do",
                code="VBC-3997",
            )


def _check_ratio(laid: Parameter, values: Sequence[Any], place: Place) -> None:
    largest = max((abs(Decimal(value)) for value in values), default=Decimal(1))
    most = SHARE_BOUND if largest <= 1 else largest * TIMES_THE_KNOWN
    if abs(Decimal(str(laid.value))) > most:
        raise RuleError(
            f"{laid.name} is a ratio, and {laid.value} is beyond belief: is it in percent?",
            place=place,
            rule=f"known values reach {largest}; up to {most} is believed",
            action="write 0.52 for 52%",
            code="VBC-3996",
        )
