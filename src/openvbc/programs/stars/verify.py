"""Star Ratings: what is held against the published tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openvbc.errors import Place
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.stars.star_tables import StarContract

RATINGS = (
    ("part_c", "Part C summary"),
    ("part_d", "Part D summary"),
    ("overall", "overall rating"),
)
SIGNIFICANCE = "one star apart: a survey's significance test on standard errors not published"
DISASTER = "a disaster hit a quarter of the members, and the higher, earlier star is kept"
ON_THE_BOUND = "the printed value stands on the cut point, the unrounded one beyond it"

Settlement = FileSettlement[StarContract]


def compared_lines(settlement: Settlement) -> Sequence[ComparedLine]:
    """The three ratings, and the stars of measures from their cut points."""
    main, contracts = settlement.main, settlement.printed

    def place(name: str) -> Any:
        return lambda row: contracts[row].cells.get(("ratings", name), Place())

    ratings = [
        ComparedLine(
            f"{name}_rating", label, Kind.CODE, main, column_of(main, f"{name}_rating"),
            column_of(main, f"published_{name}_rating"), place(name), label,
        )
        for name, label in RATINGS
    ]  # fmt: skip
    return [
        *ratings,
        _stars(settlement, "measure stars from cut points", survey=False),
        _stars(settlement, "measure stars of surveys from cut points", survey=True),
    ]


def _stars(settlement: Settlement, label: str, *, survey: bool) -> ComparedLine:
    sheet = settlement.details["measures"]
    items = sheet.items or ()
    by_number = {contract.identifier: contract for contract in settlement.printed}
    significance, value, affected = (
        column_of(sheet, name) for name in ("by_significance", "measure_value", "disaster_affected")
    )
    bounds = [column_of(sheet, f"{star}_star_bound") for star in ("two", "three", "four", "five")]

    def place(row: int) -> Place:
        contract = by_number[sheet.contracts[row].identifier]
        return contract.cells.get(("stars", items[row]), Place())

    def reason(row: int, computed: Any, published: Any) -> str:
        if computed is None or published != int(published) or not 1 <= published <= 5:
            return ""
        if survey:
            return SIGNIFICANCE if abs(published - computed) == 1 else ""
        if affected(row) and published > computed:
            return DISASTER
        on_bound = computed >= 2 and value(row) == bounds[int(computed) - 2](row)
        return ON_THE_BOUND if on_bound and published == computed - 1 else ""

    return ComparedLine(
        "computed_star", label, Kind.CODE, sheet, column_of(sheet, "computed_star"),
        column_of(sheet, "published_star"), place, "measure stars",
        applies=lambda row: bool(significance(row)) == survey and value(row) is not None,
        reason=reason,
    )  # fmt: skip
