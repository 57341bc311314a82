"""What every contract of a settlement comes to without something that is laid over its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openvbc.errors import OpenvbcError
from openvbc.policy.flexibilities import Flexibility
from openvbc.programs.settlement import LaidOver, Settlement, Sheet


def what_of(each: Flexibility) -> str:
    """What a flexibility changes, from when to when, by which source and how well that is known."""
    value = f", {each.value}" if each.value else ""
    until = f", {each.until}" if each.until else ""
    return f"{each.changes}{value}; {each.span}{until}; {each.cite}, {each.status}"


def result_without(
    settlement: Settlement,
    sheet: Callable[[], Sheet],
    name: str,
    what: str,
    rows: Sequence[int],
) -> LaidOver:
    """The results of rows by a sheet that is settled otherwise, where it can be settled.

    Args:
        settlement: as it was settled.
        sheet: its main sheet without what is taken away.
        name: of what is taken away.
        what: it changes.
        rows: of the main sheet in which it is in force.
    """
    try:
        results_by_contract = _by_contract(sheet(), settlement.presentation.result)
    except OpenvbcError as error:
        return LaidOver(name, what, rows, {}, f"Without it nothing can be settled: {error.what}.")
    own = list(_keys(settlement.main))
    return LaidOver(name, what, rows, {row: results_by_contract.get(own[row]) for row in rows})


def _by_contract(sheet: Sheet, line: str) -> Mapping[Any, Any]:
    return {key: sheet.evaluation.value(line, row) for row, key in enumerate(_keys(sheet))}


def _keys(sheet: Sheet) -> Iterator[tuple[str, int, str]]:
    """Contract, year and, where it has several rows a year, which of them."""
    items = sheet.items or [""] * len(sheet.contracts)
    for contract, item in zip(sheet.contracts, items, strict=True):
        yield contract.identifier, contract.year, item
