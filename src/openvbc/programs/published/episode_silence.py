"""Tables of accounts and episodes: what they lack is said, and what is in another unit is refused.

Nothing a user's own table prints contradicts an amount in cents or a column that was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import SetAside
from openvbc.programs.published.totals_form import TotalsForm, TotalsRow
from openvbc.worksheets.kernel.worksheet import Worksheet

TIMES_APART = Decimal(10)
"""Spending and its target are never so many times apart; cents, thousands or a month's amount in
place of a year's are."""


def in_another_unit(
    worksheet: Worksheet, pair: tuple[str, str], row: TotalsRow, values: Mapping[str, Any]
) -> SetAside | None:
    """Why an account is set aside whose `pair`, spending and target, cannot be of one unit."""
    spending, target = (values.get(name) for name in pair)
    if not spending or not target or spending < 0 or target < 0:
        return None
    if target / TIMES_APART <= spending <= target * TIMES_APART:
        return None
    labels = [worksheet.inputs[name].label for name in pair]
    return SetAside(
        "value cannot be meant", row.place,
        f"{labels[0]} is more than {TIMES_APART} times, or less than a tenth of, {labels[1]}:"
        " write both in dollars, of the same episodes",
    )  # fmt: skip


def notes_of_lacking(
    kinds: Iterable[tuple[Sequence[TotalsForm], Sequence[TotalsRow]]],
) -> list[str]:
    """What a kind of row could give and no row of it does, and that nothing else tells.

    Args:
        kinds: one of accounts, one of episodes with their prices.
    """
    said = []
    for forms, rows in kinds:
        given = {name for row in rows for name, value in row.values.items() if value is not None}
        lacking = {
            each.name.replace("_", " "): None
            for form in forms
            for each in form.inputs
            if each.optional and each.name not in form.may_lack and each.name not in given
        }
        if rows and lacking:
            names = ", ".join(lacking)
            said.append(f"Given by no row of {forms[0].kind}, and counted as absent: {names}.")
    return said
