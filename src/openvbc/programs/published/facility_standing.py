"""One facility's page as data: where it stands on each measure, and what a step better is worth.

The detail sheets of a pay-for-performance settlement are put side by side, a row a measure, with
the columns each program has. A report shows them; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.errors import InputError
from openvbc.programs.published.published_cell import parse_ccn
from openvbc.programs.settlement import Contract, Settlement, Sheet

Shown = tuple[str, str]
"""(line or input, heading)."""

STANDING: dict[str, tuple[tuple[str, tuple[Shown, ...]], ...]] = {
    "hrrp": (
        ("conditions", (
            ("eligible_discharges", "discharges"), ("excess_readmission_ratio", "ratio"),
            ("ratio_compared_with", "compared with"),
            ("share_of_peers_lower", "peers with a lower ratio"),
            ("contribution", "payment reduction from it"),
        )),
        ("one_readmission_fewer", (
            ("readmissions_to_no_penalty", "readmissions to no penalty"),
            ("reduction_saved_by_one_fewer", "reduction saved by one fewer"),
            ("value_of_one_fewer_readmission", "one readmission fewer is worth"),
        )),
    ),
    "hvbp": (
        ("measures", (
            ("performance", "performance"), ("baseline", "baseline"), ("threshold", "threshold"),
            ("benchmark", "benchmark"), ("share_of_hospitals_worse", "hospitals that do worse"),
            ("measure_score", "points"), ("performance_for_next_point", "next point at"),
        )),
        ("one_point_more", (
            ("total_gained_by_one_point", "total score from one point"),
            ("value_of_one_point", "one point is worth"),
        )),
    ),
    "hac": (
        ("measures", (
            ("measure_value", "value"), ("z_score", "z-score"),
            ("share_of_hospitals_worse", "hospitals that do worse"),
        )),
        ("to_the_cut_off", (("value_to_the_cut_off", "value that would reach the cut-off"),)),
    ),
    "stars": (
        ("measures", (
            ("measure_value", "value"), ("measure_star", "stars"), ("weight", "weight"),
            ("share_of_contracts_worse", "contracts that do worse"),
            ("value_for_next_star", "next star at"),
        )),
    ),
    "p4p-contract": (
        ("measures", (
            ("performance", "performance"), ("baseline", "baseline"), ("threshold", "threshold"),
            ("benchmark", "benchmark"), ("share_of_providers_worse", "providers that do worse"),
            ("points", "points"), ("points_possible", "of"),
            ("performance_for_next_point", "next point at"),
        )),
    ),
}  # fmt: skip
"""Per program the detail sheets that are one facility's measures, and their columns."""


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

    contract: Contract
    results: Sequence[tuple[str, Value]]
    """The main sheet's lines, by label."""
    headings: Sequence[str]
    measures: Sequence[Standing]


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
        )
    sheet = main.evaluation.worksheet
    results = [
        (line.label, Value(main.evaluation.value(name, rows[0]), line.unit))
        for name, line in sheet.lines.items()
    ]
    headings: list[str] = []
    by_item: dict[str, list[Value]] = {}
    for name, columns in STANDING.get(settlement.program, ()):
        if name in settlement.details:
            headings += [heading for _, heading in columns]
            for item, values in _rows(settlement.details[name], identifier, columns):
                by_item.setdefault(item, []).extend(values)
    measures = [Standing(item, values) for item, values in by_item.items()]
    return FacilityStanding(main.contracts[rows[0]], results, headings, measures)


def _rows(sheet: Sheet, identifier: str, columns: Sequence[Shown]) -> list[tuple[str, list[Value]]]:
    evaluation = sheet.evaluation
    known = evaluation.worksheet
    units = {name: spec.unit for name, spec in known.inputs.items()}
    units |= {name: line.unit for name, line in known.lines.items()}
    found = []
    for row, contract in enumerate(sheet.contracts):
        if contract.identifier == identifier:
            item = sheet.items[row] if sheet.items else ""
            values = [Value(evaluation.value(n, row), units.get(n, "")) for n, _ in columns]
            found.append((item, values))
    return found
