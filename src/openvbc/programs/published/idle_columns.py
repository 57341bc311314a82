"""Columns of a user's own list that are given and decide nothing in a row: said, never unsaid."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.settlement import Presentation, Sheet
from openvbc.worksheets.kernel.idle_input import idle_in_row

KINDS_TRIED = 20
"""A row of so many kinds is tried: a list is of few kinds of contract, and of many of each."""
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

    Rows are of one kind where they give the same columns, say the same in words, and their numbers
    have the same sign: what counts in one counts in the others, because each number is varied.

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
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row, (who, values) in enumerate(zip(main.contracts, given, strict=True)):
        alike.setdefault((who.year, *_kind(values, sheet.inputs)), []).append(row)
    idle: dict[str, list[int]] = {}
    for rows in list(alike.values())[:KINDS_TRIED]:
        asked = [name for name in facts if given[rows[0]].get(name) is not None]
        for name in idle_in_row(main.evaluation, rows[0], asked, ends):
            idle.setdefault(name, []).extend(rows)
    tail = f", of the first {KINDS_TRIED} kinds of row" * (len(alike) > KINDS_TRIED)
    said = []
    for name, rows in idle.items():
        whose = [f"{main.contracts[n].identifier} {main.contracts[n].year}" for n in sorted(rows)]
        shown = f"{where}{name} ({_few(whose)}{tail})"
        said.append(f"Given, and of no effect, whatever the other numbers: {shown}.")
    return said


def _kind(values: Mapping[str, Any], inputs: Container[str]) -> list[tuple[str, Any]]:
    """What a row gives of the inputs: of a number its sign, of everything else what it says."""
    return [
        (name, (value > 0) - (value < 0) if isinstance(value, Decimal) else str(value))
        for name, value in sorted(values.items())
        if value is not None and name in inputs
    ]


def _few(whose: Sequence[str]) -> str:
    more = len(whose) - NAMED
    return ", ".join(whose[:NAMED]) + f" and {more} more" * (more > 0)
