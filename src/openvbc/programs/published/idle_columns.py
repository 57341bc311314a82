"""Columns of a user's own list that are given and decide nothing in a row: said, never unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.programs.settlement import Presentation, Sheet
from openvbc.worksheets.kernel.idle_input import idle_in_row

ROWS_TRIED = 20
"""So many rows are tried: a list is of few contracts, and of many alike."""
NAMED = 5
"""So many contracts are named."""


def results_of(presentation: Presentation) -> tuple[str, ...]:
    """The lines in which a settlement ends."""
    return (presentation.result, *presentation.headline, *presentation.totals)


def notes_of_idle_columns(
    main: Sheet,
    given: Sequence[Mapping[str, Any]],
    results: Sequence[str],
    beside: Sequence[str] = (),
    where: str = "",
) -> list[str]:
    """What is said of each column that moves no result of a contract that gives it.

    Args:
        main: the sheet that was settled.
        given: of each of its rows the values of the list, by input.
        results: lines that a column may move.
        beside: columns that count in another sheet.
        where: what stands before a name in the user's file.
    """
    sheet = main.evaluation.worksheet
    ends = [each for each in dict.fromkeys(results) if each in sheet.lines]
    facts = [n for n, each in sheet.inputs.items() if each.optional and n not in beside]
    idle: dict[str, list[str]] = {}
    tried = list(zip(main.contracts, given, strict=True))[:ROWS_TRIED]
    for row, (who, values) in enumerate(tried):
        asked = [name for name in facts if values.get(name) is not None]
        for name in idle_in_row(main.evaluation, row, asked, ends):
            idle.setdefault(name, []).append(f"{who.identifier} {who.year}")
    tail = f", of the first {ROWS_TRIED}" * (len(given) > ROWS_TRIED)
    return [
        f"Given, and of no effect, whatever the other numbers: {where}{name} ({_few(whose)}{tail})."
        for name, whose in idle.items()
    ]


def _few(whose: Sequence[str]) -> str:
    more = len(whose) - NAMED
    return ", ".join(whose[:NAMED]) + f" and {more} more" * (more > 0)
