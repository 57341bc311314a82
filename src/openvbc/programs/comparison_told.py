"""The comparison of two runs as an explanation: what ``vbc compare`` prints and writes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from openvbc.format import in_words
from openvbc.programs.compared_runs import ComparedRuns
from openvbc.programs.comparison import Change, LineChange, Movement
from openvbc.programs.explanation import (
    MIXED,
    Explanation,
    Field,
    Heading,
    Measured,
    Part,
    Sentence,
    SmallGrid,
)

if TYPE_CHECKING:
    from openvbc.run import Run

MOST_LINES = 40
"""Rows of a table on a screen; a file has all."""
_SHOWN = 40
"""Characters of a value that went in: the digest of a file tells itself by its beginning."""
_MOVED = {1: "gained", 0: "moved", -1: "lost"}


def comparison_told(
    changes: ComparedRuns, before: Run, after: Run, most: int | None = None
) -> Explanation:
    """What differs, in reading order; each line in its own unit.

    Args:
        changes: what :func:`~openvbc.programs.compared_runs.compared_runs` found.
        before: the earlier run.
        after: the later run.
        most: rows of a table of many contracts, those of the largest differences first; all where
            None. Of one contract every line is told.
    """
    parts: list[Part] = [Heading("Results")]
    for run in (before, after):
        if run.lacking:
            parts.append(Sentence(f"{run.folder} is not settled: {run.lacking[0]}"))
    parts += _lines(changes, most)
    if changes.movements is not None:
        parts += [Heading("People"), moved(changes.movements)]
    parts += [Heading("What went in"), went_in(changes.circumstances)]
    return Explanation(parts)


def went_in(circumstances: Sequence[Change]) -> SmallGrid | Sentence:
    """Inputs, rules, parameters, settings, SQL, engine and version that are not the same."""
    if not circumstances:
        return Sentence("Inputs, rules, SQL, engine and program are the same.")
    rows = [
        [each.kind, each.name, *(text[:_SHOWN] or "(none)" for text in (each.before, each.after))]
        for each in circumstances
    ]
    heads = ("what", "name", "before", "after")
    return SmallGrid("What went in differently", [Field(head) for head in heads], rows)


def moved(movements: Sequence[Movement]) -> SmallGrid | Sentence:
    """People whose assignment differs, counted by what changed."""
    if not movements:
        return Sentence("Nobody's assignment changed.")
    fields = [
        Field("period"), Field("change"), Field("before"), Field("after"), Field("people", "count"),
    ]  # fmt: skip
    rows = [
        [m.period, _MOVED[m.gained], in_words(m.before), in_words(m.after), m.people]
        for m in movements
    ]
    return SmallGrid("People whose assignment changed", fields, rows)


def _lines(changes: ComparedRuns, most: int | None) -> list[Part]:
    if not changes.lines:
        return [Sentence("Every settlement line is the same.")]
    several = any(change.contract for change in changes.lines)
    parts: list[Part] = [*alone(changes), results(changes, most)] if several else []
    shown = changes.lines[:most] if several else changes.lines
    heads = [*(["contract"] if several else []), "line"]
    fields = [*(Field(head) for head in heads), *_numbers()]
    rows = [
        [*([change.contract] if several else []), in_words(change.line, begins=False),
         *measured(changes, change)]
        for change in shown
    ]  # fmt: skip
    parts.append(SmallGrid(f"Settlement lines that differ: {len(changes.lines):,}", fields, rows))
    if len(shown) < len(changes.lines):
        parts.append(Sentence(_more(len(shown), len(changes.lines))))
    return parts


def results(changes: ComparedRuns, most: int | None) -> SmallGrid | Sentence:
    """What each contract comes to, the largest difference first; dollars are added up over all."""
    changed = [change for change in changes.lines if change.line == changes.result]
    words = in_words(changes.result, begins=False)
    if not changed:
        return Sentence(f"Every contract's {words} is the same.")
    changed.sort(key=lambda change: (-abs(_worth(change)), change.contract))
    rows = [[change.contract, *measured(changes, change)] for change in changed[:most]]
    more = len(changed) - len(rows)
    title = (
        f"Different {words}: {len(changed):,} {'contract' if len(changed) == 1 else 'contracts'}"
    )
    if more:
        title += f", here the {len(rows):,} of the largest difference"
    adds_up = changes.units.get(changes.result) == "USD"
    if adds_up:
        total = sum((_worth(change) for change in changed), Decimal(0))
        rows.append(["all that differ", None, None, Measured(total, "USD")])
    return SmallGrid(title, [Field("contract"), *_numbers()], rows, has_total=adds_up)


def alone(changes: ComparedRuns) -> list[Sentence]:
    """Contracts that one of the runs does not settle: a sum hides that they came or went."""
    said = []
    for only, which in (("before", "earlier"), ("after", "later")):
        if count := sum(change.only == only for change in changes.lines):
            said.append(Sentence(f"Settled in the {which} run alone: {count:,}"))
    return said


def measured(changes: ComparedRuns, change: LineChange) -> list[Measured]:
    """A line before, after and the difference, in its unit."""
    unit = changes.units.get(change.line, "")
    return [Measured(each, unit) for each in (change.before, change.after, change.difference)]


def _numbers() -> list[Field]:
    return [Field(head, MIXED) for head in ("before", "after", "difference")]


def _worth(change: LineChange) -> Decimal:
    """The difference; of a contract that one run alone settles, what it came to there."""
    values = [v if isinstance(v, Decimal) else Decimal(0) for v in (change.before, change.after)]
    return values[1] - values[0]


def _more(shown: int, total: int) -> str:
    return f"The first {shown:,} of {total:,} lines; --output FILE has all."
