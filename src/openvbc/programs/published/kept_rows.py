"""Rows kept for a settlement: each contract once, none that is a sum, none that is refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from openvbc.errors import EmptyResult, Place, SetAside
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet


class PlacedRow(Protocol):
    """A row of a file that knows where it stands."""

    @property
    def place(self) -> Place:
        """The file and line of the row."""
        ...


Row = TypeVar("Row", bound=PlacedRow)
Each = TypeVar("Each")

FEWEST_ADDED = 3
"""A row is only told as the sum of the others where there are at least so many others."""


def without_duplicates(
    rows: Iterable[Row],
    key: Callable[[Row], Hashable],
    shown: Callable[[Row], Place],
    reason: str,
    set_aside: list[SetAside],
) -> list[Row]:
    """Each key once, the first row that has it; the others are set aside, `shown` where."""
    first: dict[Hashable, Row] = {}
    for row in rows:
        known = first.setdefault(key(row), row)
        if known is not row:
            set_aside.append(SetAside(reason, shown(row), f"first seen at {known.place}"))
    return list(first.values())


def without_sums(
    rows: Sequence[Row],
    group: Callable[[Row], Hashable],
    figures: Callable[[Row], tuple[Decimal | None, ...]],
    set_aside: list[SetAside],
) -> list[Row]:
    """Rows whose every figure is the sum of that of the other rows of their group are set aside.

    `figures` are what adds up (people, benchmark, expenditures). Whatever such a row is called, it
    is the total of the file and no contract; figures printed rounded may be apart by a unit a row.
    """
    groups: dict[Hashable, list[tuple[Row, tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        printed = figures(row)
        # Not "None not in": comparing a number with None is slow.
        if not [value for value in printed if value is None]:
            groups[group(row)].append((row, printed))
    sums: set[int] = set()
    for members in groups.values():
        others = len(members) - 1
        if others < FEWEST_ADDED:
            continue
        likely: Sequence[int] = range(len(members))
        for column in zip(*(own for _, own in members), strict=True):
            total = sum(column, Decimal(0))
            least, most = total - others, total + others
            likely = [at for at in likely if least <= column[at] + column[at] <= most]
        for at in likely:
            row = members[at][0]
            detail = f"people and amounts are the sum of the other {others} rows"
            set_aside.append(SetAside("a total of the other rows", row.place, detail))
            sums.add(id(row))
    return [row for row in rows if id(row) not in sums] if sums else list(rows)


def once_each(
    rows: Sequence[Each], alike: Callable[[Each], Hashable]
) -> tuple[list[Each], Sequence[int]]:
    """One row of each key that `alike` gives, and for every row which of them stands for it."""
    keys = list(map(alike, rows))
    firsts = dict.fromkeys(keys)
    if len(firsts) == len(keys):
        return list(rows), range(len(keys))
    places: dict[Hashable, int] = {key: place for place, key in enumerate(firsts)}
    stands_for = [places[key] for key in keys]
    first_rows = dict(zip(reversed(keys), reversed(rows), strict=True))
    return [first_rows[key] for key in firsts], stands_for


def evaluate_kept(
    worksheet: Worksheet,
    rows: Sequence[Row],
    columns: Callable[[Sequence[Row]], Mapping[str, Any]],
    rules: RuleSet,
    set_aside: list[SetAside],
    incomplete: Callable[[Row, Evaluation, int], SetAside | None] = lambda row, sheet, number: None,
    alike: Callable[[Row], Hashable] = id,
    result: str | None = None,
) -> tuple[list[Row], Evaluation]:
    """Evaluate the worksheet; rows with an unknown parameter or an incomplete result are set aside.

    Rows that `alike` gives the same key have the same inputs and are computed once. Where a
    `result` is named, no row that has it is incomplete, and `incomplete` is asked of the others.

    Raises:
        EmptyResult: no row is left.
    """
    kept = list(rows)
    while kept:
        representative, computed_at = once_each(kept, alike)
        evaluation = worksheet.evaluate(columns(representative), rules)
        bad: dict[int, SetAside] = {}
        doubtful: Collection[int] = range(len(representative))
        if result is not None:
            without = [at for at, each in enumerate(evaluation.values(result)) if each is None]
            doubtful = evaluation.refused.keys() | without
        for number, at in enumerate(computed_at) if doubtful else ():
            if at not in doubtful:
                continue
            row = kept[number]
            if at in evaluation.refused:
                detail = evaluation.refused[at].in_full
                bad[number] = SetAside("no rules for this contract", row.place, detail)
            elif (lacking := incomplete(row, evaluation, at)) is not None:
                bad[number] = lacking
        if not bad:
            if len(representative) == len(kept):
                return kept, evaluation
            return kept, evaluation.at(computed_at)
        set_aside.extend(bad[number] for number in sorted(bad))
        kept = [row for number, row in enumerate(kept) if number not in bad]
    faults = [aside for aside in set_aside if not aside.by_rule] or set_aside
    reasons = Counter(aside.reason for aside in faults).most_common()
    usual = next((aside for aside in faults if aside.reason == reasons[0][0]), None)
    raise EmptyResult(
        "no row could be settled",
        place=usual.place if usual else None,
        rule="; ".join(f"{reason} ({count:,} rows)" for reason, count in reasons) or None,
        action=(usual.detail if usual else "") or "give a file with rows",
        code="VBC-6008",
    )
