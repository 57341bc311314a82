"""Practices and clinicians with their measures, and the amount that is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn
from openvbc.claims.own_files import OwnFile, read_whole
from openvbc.errors import ContractError, EmptyResult, InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.distribution.formula import Formula, FromBook, measures_within
from openvbc.programs.published.published_cell import parse_number

LARGEST_RATIO = Decimal("1.5")
"""Above this a number is no share of one: a rate in percent, or points."""
TOO_FAR = 20
"""How many times the largest ratio of its column a number is believed: points may be 0.5 and 8."""
WHY = "a list of who shares is used whole: one left out changes what the others get"


@dataclass(frozen=True)
class Recipient:
    """A practice, or a clinician of one."""

    identifier: str
    name: str
    belongs_to: str
    """The pool of a practice; the practice of a clinician."""
    measures: Mapping[str, Decimal]
    """Those given; all that its pool, or its practice, shares by."""


def read_practices(formula: Formula) -> list[Recipient]:
    """The practices of a formula.

    Raises:
        InputError: a row cannot be used, a practice is given twice, names no pool there is,
            or lacks a measure that its own pool shares by.
        EmptyResult: a pool has no practice.
    """
    needed = sorted({name for pool in formula.pools for name in pool.measures()})
    recipients = _read(formula.practices, "practice", "pool", needed)
    gates = [(gate.measure, gate.at_least) for pool in formula.pools for gate in pool.gates]
    rates = [each.measure for pool in formula.pools for each in pool.by if each.times]
    _on_one_scale(formula.practices, recipients, gates, rates)
    pools = {pool.pool: sorted(pool.measures()) for pool in formula.pools}
    for each, line in recipients:
        if each.belongs_to not in pools:
            raise InputError(
                "a practice names a pool the formula does not have",
                place=Place(formula.practices.name, line, "pool", each.belongs_to),
                rule=f"pools: {', '.join(sorted(pools))}",
                action="correct the row, or add the pool",
                code="VBC-9037",
            )
        _complete(formula.practices, each, line, pools[each.belongs_to])
    empty = set(pools) - {each.belongs_to for each, _ in recipients}
    if empty:
        raise EmptyResult(
            f"no practice is in the pool {', '.join(sorted(empty))}",
            place=Place(formula.practices.name),
            rule="what is shared has somebody to go to",
            action="add its practices, or take the pool out",
            code="VBC-9038",
        )
    return [each for each, _ in recipients]


def read_clinicians(formula: Formula, practices: Sequence[Recipient]) -> list[Recipient]:
    """The clinicians of a formula; none where it does not share among them.

    Raises:
        InputError: a row cannot be used, or names a practice there is not.
    """
    if formula.clinicians is None:
        return []
    known = {each.identifier for each in practices}
    recipients = _read(formula.clinicians, "clinician", "practice", measures_within(formula.within))
    rates = [each.measure for each in formula.within if each.times]
    _on_one_scale(formula.clinicians, recipients, (), rates)
    for each, line in recipients:
        _complete(formula.clinicians, each, line, measures_within(formula.within))
        if each.belongs_to not in known:
            raise InputError(
                "a clinician names a practice that is not in the list",
                place=Place(formula.clinicians.name, line, "practice", each.belongs_to),
                action="correct the row, or add the practice",
                code="VBC-9039",
            )
    return [each for each, _ in recipients]


def _read(
    path: Path, kind: str, group: str, measures: Sequence[str]
) -> list[tuple[Recipient, int]]:
    columns = (
        CsvColumn(kind, read.word, "its identifier", "P1"),
        CsvColumn("name", read.word, "what a reader sees", "Alder", required=False, filled=False),
        CsvColumn(group, read.word, "where it belongs", "primary care"),
        *(
            CsvColumn(name, read.number, "a measure of the formula", "0.82", filled=False)
            for name in measures
        ),
    )
    rows = read_whole(path, OwnFile(path.name, kind, "Who shares.", columns), WHY)
    recipients: list[tuple[Recipient, int]] = []
    seen: set[str] = set()
    for number, line in enumerate(rows.lines):
        row = {column.name: rows.columns[column.name][number] for column in columns}
        values = {name: Decimal(row[name]) for name in measures if row[name] is not None}
        if negative := [name for name, value in values.items() if value < 0]:
            raise InputError(
                "a measure is negative",
                place=Place(path.name, line, negative[0], str(values[negative[0]])),
                rule="an amount is shared by measures of zero or more",
                action="correct the cell",
                code="VBC-9040",
            )
        if row[kind] in seen:
            raise InputError(
                f"a {kind} is given twice",
                place=Place(path.name, line, kind, row[kind]),
                action="take one of the rows out",
                code="VBC-9041",
            )
        seen.add(row[kind])
        recipients.append((Recipient(row[kind], row["name"] or "", row[group], values), line))
    return recipients


def _complete(path: Path, each: Recipient, line: int, needed: Sequence[str]) -> None:
    """What its pool (or its practice) does not share by may be left empty."""
    if lacking := [name for name in needed if name not in each.measures]:
        raise InputError(
            f"no {lacking[0]}",
            place=Place(path.name, line, lacking[0], ""),
            rule=f"the amount of '{each.belongs_to}' is shared by it; {WHY}",
            action="fill in the cell; 0 is a value",
            code="VBC-9107",
        )


def _on_one_scale(
    path: Path,
    recipients: Sequence[tuple[Recipient, int]],
    gates: Sequence[tuple[str, Decimal]],
    rates: Sequence[str],
) -> None:
    """A rate is 0.82 or 82 everywhere: in all rows of its column, and in its gate.

    Measures with a gate and measures that are multiplied by another are rates or scores; one cell
    in percent among ratios would take the pool.
    """
    scales: dict[str, list[Decimal]] = {name: [] for name in rates}
    for name, at_least in gates:
        scales.setdefault(name, []).append(at_least)
    for name, limits in scales.items():
        ratios = [v for v in limits if 0 < v <= 1]
        given = [(r.measures[name], line) for r, line in recipients if name in r.measures]
        ratios += [value for value, _ in given if 0 < value <= 1]
        for value, line in given:
            if ratios and value > max(LARGEST_RATIO, TOO_FAR * max(ratios)):
                raise InputError(
                    "one measure is written as a ratio and in percent",
                    place=Place(path.name, line, name, str(value)),
                    rule=f"others of it, or its gate, lie between 0 and 1: {min(ratios)}",
                    action="write every value and the gate on one scale",
                    code="VBC-9105",
                )
        if any(limit > LARGEST_RATIO for limit in limits) and ratios:
            raise InputError(
                "the gate of a measure is in percent, its values are ratios",
                place=Place(path.name, column=name, value=str(min(ratios))),
                rule=f"the gate opens at {max(limits)}",
                action="write every value and the gate on one scale",
                code="VBC-9106",
            )


def amount_of(formula: Formula) -> Decimal:
    """The amount that is shared, as said or as the book settled it.

    Raises:
        InputError: the book's folder holds no result.
        ContractError: a contract is not in the book's sums.
    """
    if formula.amount is not None:
        return formula.amount
    assert formula.from_book is not None
    return _of_book(formula.from_book)


def _of_book(source: FromBook) -> Decimal:
    path = source.run / "contracts.csv"
    if not path.is_file():
        raise InputError(
            "this folder holds no settled book",
            place=Place(str(source.run)),
            action="settle it: vbc book DIR",
            code="VBC-9042",
        )
    expected = {row["contract"]: row["expected"] for _, row in rows_of_csv(path)[1]}
    lacking = [name for name in source.contracts if name not in expected]
    if lacking:
        raise ContractError(
            f"the book did not settle {', '.join(lacking)}",
            place=Place(str(path)),
            action="see left_out.csv in its folder",
            code="VBC-9043",
        )
    values = [parse_number(expected[name]) for name in source.contracts]
    return sum((value for value in values if value is not None), Decimal(0))
