"""Hold computed lines against the published ones: one comparer for every program.

A program declares each line of its verification: which sheet, what is computed, what is published
and where it stands, and its *kind*. Tolerance follows the kind:

- ``flag``, ``count`` and ``code`` must be equal;
- ``money`` may differ by a dollar, because benchmark, expenditures and payment are each printed
  rounded on their own;
- a ``rate`` may differ by what its printed decimals leave open: half a unit of the last place in
  which the file prints the column, or as many halves as the line declares where it is computed
  from numbers that are printed rounded themselves.

Every row that publishes a value is compared. A value published where none can be computed is a
difference; a line that can be computed for no row, or that no row publishes, is named once
(:class:`~openvbc.programs.settlement.NotCompared`): a line never disappears.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import compress
from typing import Any

from openvbc.errors import Place
from openvbc.programs.published.along import Distinct, InColumn, Same, along
from openvbc.programs.settlement import (
    ContractYear,
    Difference,
    LineScore,
    NotCompared,
    Settlement,
    Sheet,
    Verification,
)

DOLLAR = Decimal(1)
OF_NO_ROW = "no row of the files is of this kind"


class Kind(StrEnum):
    """What a published value is; the tolerance follows from it."""

    MONEY = "money"
    RATE = "rate"
    FLAG = "flag"
    COUNT = "count"
    CODE = "code"


EVERY_ROW, NOWHERE, UNKNOWN, NOTHING = Same(True), Same(Place()), Same(None), Same(Decimal(0))


def _no_reason(row: int, computed: Any, published: Any) -> str:
    return ""


def half_unit(decimals: int) -> Decimal:
    """Half a unit of the last place of a number printed with so many decimals."""
    return Decimal(5).scaleb(-decimals - 1)


@dataclass(frozen=True)
class NamedRows:
    """Rows compared that are of no sheet of the settlement."""

    contracts: Sequence[ContractYear]
    items: Sequence[str] | None = None


@dataclass(frozen=True)
class ComparedLine:
    """One line of a verification; functions take the number of a row of `sheet`.

    Where they are columns (:mod:`openvbc.programs.published.along`) no row is asked for by itself.
    """

    line: str
    label: str
    kind: Kind
    sheet: Sheet | NamedRows
    computed: Callable[[int], Any]
    published: Callable[[int], Any]
    """None where the row does not print it."""
    place: Callable[[int], Place] = NOWHERE
    """Where the published value stands."""
    column: str = ""
    """What the file calls the column, for a message where it is missing."""
    applies: Callable[[int], bool] = EVERY_ROW
    """Rows of the line; together a program's lines must cover every published value."""
    ends: Callable[[int], tuple[Any, Any]] | None = None
    """Lowest and highest value that the printed rounding of the inputs allows, if not one."""
    decimals: Callable[[int], int | None] = UNKNOWN
    """For a rate, the decimals with which the file prints the column (as a ratio)."""
    halves: int = 1
    """For a rate, how many halves of the last printed place are allowed; 0: equal."""
    slack: Callable[[int], Decimal] = NOTHING
    """What rounded inputs allow beside that."""
    tolerance: str = ""
    """The tolerance in words where it is not that of the kind."""
    not_comparable: str = ""
    """Why nothing can be said about the line from these files, if so."""
    alike: Distinct | None = None
    """Rows whose figures are the same, which are compared once; None where all may differ."""
    reason: Callable[[int, Any, Any], str] = _no_reason
    """Why a difference is one that publication allows, checked against the file; else empty."""

    def allowed(self, rows: Sequence[int]) -> Sequence[Decimal]:
        """How far computed and published of each row may be apart."""
        if self.kind not in (Kind.MONEY, Kind.RATE):
            return [Decimal(0)] * len(rows)
        slack = along(self.slack, rows)
        if self.kind is Kind.MONEY:
            if isinstance(self.slack, Same):
                return [DOLLAR + self.slack.value] * len(rows)
            return [DOLLAR + each for each in slack]
        decimals = along(self.decimals, rows)
        printed = {
            each: self.halves * (Decimal(0) if each is None else half_unit(each))
            for each in set(decimals)
        }
        if isinstance(self.slack, Same):
            both = {each: half + self.slack.value for each, half in printed.items()}
            return [both[each] for each in decimals]
        return [printed[each] + beside for each, beside in zip(decimals, slack, strict=True)]

    def agrees(self, row: int, computed: Any, published: Any) -> bool:
        """Whether a row's values are the same within the tolerance."""
        return self.agreeing([row], [computed], [published])[0]

    def agreeing(
        self, rows: Sequence[int], computed: Sequence[Any], published: Sequence[Any]
    ) -> list[bool]:
        """Of each row whether its values are the same within the tolerance."""
        pairs = zip(computed, published, strict=True)
        if self.kind is Kind.FLAG:
            return [ours is not None and bool(ours) == bool(theirs) for ours, theirs in pairs]
        if self.kind in (Kind.CODE, Kind.COUNT):
            return [ours is not None and bool(ours == theirs) for ours, theirs in pairs]
        allowed = self.allowed(rows)
        if self.ends is None:
            numbers = [
                ours if type(ours) is Decimal or ours is None else Decimal(ours)
                for ours in computed
            ]
            return [
                ours is not None and abs(ours - theirs) <= may
                for ours, theirs, may in zip(numbers, published, allowed, strict=True)
            ]
        ends = along(self.ends, rows)
        return [
            ours is not None and _between(both, theirs, may)
            for ours, both, theirs, may in zip(computed, ends, published, allowed, strict=True)
        ]

    def rows(self) -> Iterable[int]:
        """Rows that publish the line."""
        return self.printing(range(len(self.sheet.contracts)))

    def printing(self, rows: Sequence[int]) -> dict[int, Any]:
        """Those of some rows that publish the line, and what they publish."""
        published = along(self.published, rows)
        there = {r: each for r, each in zip(rows, published, strict=True) if each is not None}
        return dict(compress(there.items(), along(self.applies, list(there))))

    def tolerance_in_words(self) -> str:
        """The tolerance as a table shows it."""
        if self.tolerance:
            return self.tolerance
        if self.kind is Kind.MONEY:
            return "$1"
        if self.kind is Kind.RATE and self.halves:
            return {
                1: "half a unit of the last place printed",
                2: "one unit of the last place printed",
            }.get(self.halves, f"{self.halves} halves of the last place printed")
        return "equal"


def compare(line: ComparedLine) -> LineScore | NotCompared:
    """How the line did, row by row; or why there is nothing to say about it."""
    if line.not_comparable:
        return NotCompared(line.label, line.not_comparable)
    every = range(len(line.sheet.contracts))
    distinct = line.alike or Distinct.each(len(every))
    printed = line.printing(distinct.first)
    asked, published = list(printed), list(printed.values())
    computed = along(line.computed, asked)
    agreeing = line.agreeing(asked, computed, published)
    wrong = [at for at, agrees in enumerate(agreeing) if not agrees]
    apart = {asked[at]: (computed[at], published[at]) for at in wrong}
    differing = distinct.rows_like(apart) if apart else []
    differences = [_difference(line, row, *apart[first]) for row, first in differing]
    rows = distinct.count_of(asked)
    agree = rows - len(differing)
    uncomputed = sum(apart[first][0] is None for _, first in differing)
    if not rows:
        told = any(each is not None for each in along(line.published, every))
        column = f" ({line.column})" if line.column else ""
        why = OF_NO_ROW if told else f"no row of the files prints it{column}"
        return NotCompared(line.label, why)
    if uncomputed == rows and not any(difference.explained for difference in differences):
        return NotCompared(
            line.label,
            f"{rows:,} rows print it and none can be computed: a value of the year is not known",
        )
    return LineScore(
        line.line, line.label, rows, agree, line.tolerance_in_words(), differences, line.kind
    )


def _between(ends: tuple[Any, Any], published: Any, allowed: Decimal) -> bool:
    numbers = [Decimal(end) for end in ends if end is not None]
    return bool(numbers and min(numbers) - allowed <= published <= max(numbers) + allowed)


def _difference(line: ComparedLine, row: int, computed: Any, published: Any) -> Difference:
    reason = line.reason(row, computed, published)
    return Difference(
        line.sheet.contracts[row],
        line.line,
        _shown(line, computed),
        _shown(line, published),
        reason,
        bool(reason),
        line.sheet.items[row] if line.sheet.items else "",
        line.place(row),
    )


def _shown(line: ComparedLine, value: Any) -> Any:
    if line.kind is Kind.FLAG and value is not None:
        return "yes" if value else "no"
    return value


Held = dict[int, tuple[ComparedLine, LineScore | NotCompared]]
"""How lines did that were compared before, by their identity, each with its line."""


def verification(
    settlement: Settlement, lines: Sequence[ComparedLine], held: Held | None = None
) -> Verification:
    """Every line compared, none left out; `held` are those that were compared before."""
    known = held or {}
    comparisons = [known[id(line)][1] if id(line) in known else compare(line) for line in lines]
    return Verification(
        settlement,
        [each for each in comparisons if isinstance(each, LineScore)],
        [each for each in comparisons if isinstance(each, NotCompared)],
    )


def printed_otherwise(
    lines: Sequence[ComparedLine], results: Collection[str], held: Held
) -> tuple[int, list[str]]:
    """How many printed values of the results (lines of that name) differ from those computed
    without a reason that the files bear out; and what is said of it. They are kept in `held`."""
    held.update({id(line): (line, compare(line)) for line in lines if line.line in results})
    scores = [score for _, score in held.values() if isinstance(score, LineScore)]
    counts = {each.label: len(each.differences) - each.explained for each in scores}
    differing = {label: count for label, count in counts.items() if count}
    if not differing:
        return 0, []
    named = ", ".join(f"{label} {count:,}" for label, count in differing.items())
    total = sum(differing.values())
    return total, [
        f"Results differ from those the files print, without a reason the files bear out ({named}):"
        " a column may be missing, moved or in another unit. vbc verify names each."
    ]


def column_of(sheet: Sheet, name: str) -> InColumn[Any]:
    """A line or input of a sheet by its rows; None where missing."""
    return InColumn(sheet.evaluation.values(name))
