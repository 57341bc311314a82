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

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from openvbc.errors import Place
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


def _every_row(row: int) -> bool:
    return True


def _no_reason(row: int, computed: Any, published: Any) -> str:
    return ""


def _nowhere(row: int) -> Place:
    return Place()


def _unknown(row: int) -> int | None:
    return None


def _nothing(row: int) -> Decimal:
    return Decimal(0)


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
    """One line of a verification; functions take the number of a row of `sheet`."""

    line: str
    label: str
    kind: Kind
    sheet: Sheet | NamedRows
    computed: Callable[[int], Any]
    published: Callable[[int], Any]
    """None where the row does not print it."""
    place: Callable[[int], Place] = _nowhere
    """Where the published value stands."""
    column: str = ""
    """What the file calls the column, for a message where it is missing."""
    applies: Callable[[int], bool] = _every_row
    """Rows of the line; together a program's lines must cover every published value."""
    ends: Callable[[int], tuple[Any, Any]] | None = None
    """Lowest and highest value that the printed rounding of the inputs allows, if not one."""
    decimals: Callable[[int], int | None] = _unknown
    """For a rate, the decimals with which the file prints the column (as a ratio)."""
    halves: int = 1
    """For a rate, how many halves of the last printed place are allowed; 0: equal."""
    slack: Callable[[int], Decimal] = _nothing
    """What rounded inputs allow beside that."""
    tolerance: str = ""
    """The tolerance in words where it is not that of the kind."""
    not_comparable: str = ""
    """Why nothing can be said about the line from these files, if so."""
    alike: Sequence[Hashable] | None = None
    """For each row a key that rows share whose figures are the same: they are compared once."""
    reason: Callable[[int, Any, Any], str] = _no_reason
    """Why a difference is one that publication allows, checked against the file; else empty."""

    def allowed(self, row: int) -> Decimal:
        """How far computed and published may be apart."""
        if self.kind is Kind.MONEY:
            return DOLLAR + self.slack(row)
        if self.kind is not Kind.RATE:
            return Decimal(0)
        decimals = self.decimals(row)
        printed = Decimal(0) if decimals is None else half_unit(decimals)
        return self.halves * printed + self.slack(row)

    def agrees(self, row: int, computed: Any, published: Any) -> bool:
        """Whether a row's values are the same within the tolerance."""
        if computed is None:
            return False
        if self.kind is Kind.FLAG:
            return bool(computed) == bool(published)
        if self.kind in (Kind.CODE, Kind.COUNT):
            return bool(computed == published)
        both = self.ends(row) if self.ends else (computed, computed)
        numbers = [Decimal(end) for end in both if end is not None]
        if not numbers:
            return False
        allowed = self.allowed(row)
        return bool(min(numbers) - allowed <= published <= max(numbers) + allowed)

    def rows(self) -> Iterable[int]:
        """Rows that publish the line."""
        for row in range(len(self.sheet.contracts)):
            if self.published(row) is not None and self.applies(row):
                yield row

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
    rows = agree = uncomputed = 0
    differences: list[Difference] = []
    known: dict[Hashable, tuple[bool, Any, Any] | None] = {}
    keys = range(len(line.sheet.contracts)) if line.alike is None else line.alike
    for row, key in enumerate(keys):
        if key not in known:
            known[key] = _compared(line, row)
        if (found := known[key]) is None:
            continue
        agrees, computed, published = found
        rows += 1
        uncomputed += computed is None
        if agrees:
            agree += 1
            continue
        reason = line.reason(row, computed, published)
        differences.append(
            Difference(
                line.sheet.contracts[row],
                line.line,
                _shown(line, computed),
                _shown(line, published),
                reason,
                bool(reason),
                line.sheet.items[row] if line.sheet.items else "",
                line.place(row),
            )
        )
    if not rows:
        printed = any(line.published(row) is not None for row in range(len(line.sheet.contracts)))
        column = f" ({line.column})" if line.column else ""
        why = OF_NO_ROW if printed else f"no row of the files prints it{column}"
        return NotCompared(line.label, why)
    if uncomputed == rows and not any(difference.explained for difference in differences):
        return NotCompared(
            line.label,
            f"{rows:,} rows print it and none can be computed: a value of the year is not known",
        )
    return LineScore(
        line.line, line.label, rows, agree, line.tolerance_in_words(), differences, line.kind
    )


def _compared(line: ComparedLine, row: int) -> tuple[bool, Any, Any] | None:
    """Whether a row agrees, and both its values; None where it does not print the line."""
    published = line.published(row)
    if published is None or not line.applies(row):
        return None
    computed = line.computed(row)
    return line.agrees(row, computed, published), computed, published


def _shown(line: ComparedLine, value: Any) -> Any:
    if line.kind is Kind.FLAG and value is not None:
        return "yes" if value else "no"
    return value


def verification(settlement: Settlement, lines: Sequence[ComparedLine]) -> Verification:
    """Every line compared, none left out."""
    found = [compare(line) for line in lines]
    return Verification(
        settlement,
        [each for each in found if isinstance(each, LineScore)],
        [each for each in found if isinstance(each, NotCompared)],
    )


def printed_otherwise(
    lines: Sequence[ComparedLine], results: Collection[str]
) -> tuple[int, list[str]]:
    """How many printed values of the results (lines of that name) differ from those computed
    without a reason that the files bear out; and what is said of it."""
    scores = [found for line in lines if isinstance(found := _of_result(line, results), LineScore)]
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


def _of_result(line: ComparedLine, results: Collection[str]) -> LineScore | NotCompared | None:
    return compare(line) if line.line in results else None


def column_of(sheet: Sheet, name: str) -> Callable[[int], Any]:
    """A line or input of a sheet as a function of the row; None where missing."""
    column = sheet.evaluation.column(name)

    def value(row: int) -> Any:
        found = column[row]
        return found if found == found else None

    return value
