"""Hospital Value-Based Purchasing: what is held against the published files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openvbc.errors import Place
from openvbc.programs.hvbp.files import HospitalScores
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.settlement import Sheet

TAKEN = "taken as printed, because no file of its measures was given"
POINTS = (
    ("measures", "achievement_points", "achievement points", "achievement"),
    ("measures", "improvement_points", "improvement points", "improvement"),
    ("measures", "measure_score", "measure score", "score"),
    ("surveys", "base_points", "HCAHPS base points", "base"),
    ("surveys", "consistency_points", "HCAHPS consistency points", "consistency"),
)


def compared_lines(settlement: FileSettlement[HospitalScores]) -> Sequence[ComparedLine]:
    """Points of every measure, scores of every domain, and the total."""
    details = settlement.details
    lines = [
        _line(
            settlement, details[sheet], line, f"published_{line}", label, column, Kind.COUNT,
            by_item=sheet == "measures",
        )
        for sheet, line, label, column in POINTS
        if sheet in details
    ]  # fmt: skip
    if "infections" in details:
        infections = details["infections"]
        taken = column_of(infections, "taken_combined_points")
        lines.append(
            _line(
                settlement, infections, "combined_infection_points", "published_combined_points",
                "surgical site infection, one stratum", "combined", Kind.COUNT, by_item=False,
                applies=lambda row: taken(row) is None,
            )
        )  # fmt: skip
    given = column_of(details["domains"], "given_domain_score")
    rates = (
        ("domains", "domain_score", "published_domain_score", "domain scores", "unweighted"),
        ("weighted_domains", "weighted_domain_score", "published_weighted_score",
         "weighted domain scores", "weighted"),
    )  # fmt: skip
    for sheet, line, published, label, column in rates:
        more: dict[str, Any] = {}
        if sheet == "domains":
            more["applies"] = lambda row: given(row) is None
            if all(given(row) is not None for row in range(len(details[sheet].contracts))):
                more["not_comparable"] = TAKEN
        lines.append(
            _line(
                settlement, details[sheet], line, published, label, column, Kind.RATE,
                by_item=True, halves=2, **more,
            )
        )  # fmt: skip
    lines.append(
        _line(
            settlement, settlement.main, "total_performance_score",
            "published_total_performance_score", "total performance score", "total", Kind.RATE,
            by_item=False, halves=2,
        )
    )  # fmt: skip
    return lines


def _line(
    settlement: FileSettlement[HospitalScores],
    sheet: Sheet,
    line: str,
    published: str,
    label: str,
    column: str,
    kind: Kind,
    *,
    by_item: bool,
    **more: Any,
) -> ComparedLine:
    cells, items = settlement.cells, sheet.items or ()

    def item(row: int) -> str:
        return items[row] if by_item else ""

    def place(row: int) -> Place:
        return cells.place(sheet.contracts[row].identifier, column, item(row))

    return ComparedLine(
        line, label, kind, sheet, column_of(sheet, line), column_of(sheet, published), place,
        decimals=lambda row: cells.decimals(column, item(row)), **more,
    )  # fmt: skip
