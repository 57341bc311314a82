"""One facility's page as data: where it stands on each measure, and what a step better is worth.

The detail sheets of a pay-for-performance settlement are put side by side, a row a measure, with
the columns each program has. A report shows them; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openvbc.errors import InputError
from openvbc.programs.program import loaded
from openvbc.programs.published.published_cell import parse_ccn
from openvbc.programs.registry import program as program_named
from openvbc.programs.settlement import ContractYear, Settlement, Sheet

Shown = tuple[str, str]
"""(line or input, heading)."""

StandingSheets = Sequence[tuple[str, Sequence[Shown]]]
"""The detail sheets that are one facility's measures, each with the columns shown of it. A program
declares it as ``STANDING`` in its own ``standing.py``."""


def standing_sheets(program: str) -> StandingSheets:
    """What a program declares to show of one facility; nothing where it declares nothing."""
    declared = program_named(program).standing
    return loaded(declared) if declared else ()


@dataclass(frozen=True)
class Value:
    """A number with its unit."""

    value: Any
    unit: str


@dataclass(frozen=True)
class Standing:
    """A measure: its name and, in the order of the headings, where the facility stands."""

    item: str
    values: Sequence[Value]


@dataclass(frozen=True)
class FacilityStanding:
    """One facility's page."""

    contract: ContractYear
    results: Sequence[tuple[str, Value]]
    """The main sheet's lines, by label."""
    headings: Sequence[str]
    measures: Sequence[Standing]
    by_line: Mapping[str, Any] = field(default_factory=dict)
    """The main sheet's values by the name of their line."""


def facility_standing(settlement: Settlement, identifier: str) -> FacilityStanding:
    """The page of one facility or contract; :class:`InputError` if it was not settled."""
    main = settlement.main
    known = {contract.identifier for contract in main.contracts}
    if identifier not in known:
        # A spreadsheet takes the leading zeros off a certification number.
        identifier = parse_ccn(identifier) or identifier
    rows = [n for n, contract in enumerate(main.contracts) if contract.identifier == identifier]
    if not rows:
        raise InputError(
            f"{identifier} was not settled",
            action="see the rows set aside for the reason, or check the number",
            code="VBC-1049",
        )
    sheet = main.evaluation.worksheet
    results = [
        (line.label, Value(main.evaluation.value(name, rows[0]), line.unit))
        for name, line in sheet.lines.items()
    ]
    headings: list[str] = []
    by_item: dict[str, dict[int, Value]] = {}
    for name, columns in standing_sheets(settlement.program):
        if name in settlement.details:
            start = len(headings)
            headings += [heading for _, heading in columns]
            for item, values in _rows(settlement.details[name], identifier, columns):
                by_item.setdefault(item, {}).update(enumerate(values, start))
    none = Value(None, "")
    measures = [
        Standing(item, [values.get(at, none) for at in range(len(headings))])
        for item, values in by_item.items()
    ]
    by_line = {name: main.evaluation.value(name, rows[0]) for name in sheet.lines}
    return FacilityStanding(main.contracts[rows[0]], results, headings, measures, by_line)


def _rows(sheet: Sheet, identifier: str, columns: Sequence[Shown]) -> list[tuple[str, list[Value]]]:
    evaluation = sheet.evaluation
    known = evaluation.worksheet
    units = {name: spec.unit for name, spec in known.inputs.items()}
    units |= {name: line.unit for name, line in known.lines.items()}
    facility_rows = []
    for row, contract in enumerate(sheet.contracts):
        if contract.identifier == identifier:
            item = sheet.items[row] if sheet.items else ""
            values = [Value(evaluation.value(n, row), units.get(n, "")) for n, _ in columns]
            facility_rows.append((item, values))
    return facility_rows
