"""SNF Value-Based Purchasing: what is held against the published file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from openvbc.errors import Place
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.settlement import Sheet
from openvbc.programs.snf_vbp.files import FacilityRates
from openvbc.rules.parameter import Parameter, Table

POINTS = (
    ("achievement_points", "achievement", "Achievement Score"),
    ("improvement_points", "improvement", "Improvement Score"),
    ("measure_score", "score", "Measure Score"),
)
HEIGHT_RECOVERED = Decimal("0.00000001")
"""The exchange's height is recovered from printed multipliers, to seven decimals."""
TIE = "an exact half, printed rounded down"

Settlement = FileSettlement[FacilityRates]


def compared_lines(settlement: Settlement) -> Sequence[ComparedLine]:
    """Points of every measure, the score, and the multiplier."""
    main, measures = settlement.main, settlement.details["measures"]
    items = measures.items or ()
    tie = _tie(measures)
    rows_of: dict[str, list[int]] = {}
    for row, contract in enumerate(measures.contracts):
        rows_of.setdefault(contract.identifier, []).append(row)

    def tie_of_facility(row: int, computed: Any, published: Any) -> str:
        """The score of a facility of one measure is that measure's."""
        own = rows_of.get(main.contracts[row].identifier, [])
        return tie(own[0], computed, published) if len(own) == 1 else ""

    return [
        *(
            _line(
                settlement, measures, line, f"published_{line}", heading,
                partial(_named, items, column), reason=tie,
            )
            for line, column, heading in POINTS
        ),
        _line(
            settlement, main, "performance_score", "published_performance_score",
            "Performance Score", lambda row: "score", reason=tie_of_facility,
        ),
        _line(
            settlement, main, "incentive_payment_multiplier", "published_multiplier",
            "Incentive Payment Multiplier", lambda row: "multiplier",
            slack=lambda row: HEIGHT_RECOVERED,
        ),
    ]  # fmt: skip


def _named(items: Sequence[str], column: str, row: int) -> str:
    return f"{column} {items[row]}"


def _line(
    settlement: Settlement,
    sheet: Sheet,
    line: str,
    published: str,
    heading: str,
    column: Callable[[int], str],
    **more: Any,
) -> ComparedLine:
    cells = settlement.cells

    def place(row: int) -> Place:
        return cells.place(sheet.contracts[row].identifier, column(row))

    return ComparedLine(
        line, line.replace("_", " "), Kind.RATE, sheet, column_of(sheet, line),
        column_of(sheet, published), place, heading,
        decimals=lambda row: cells.decimals(column(row)), **more,
    )  # fmt: skip


def _tie(measures: Sheet) -> Callable[[int, Any, Any], str]:
    """Whether the improvement is an exact half of the last place before it is rounded."""
    evaluation = measures.evaluation
    baselines, performances = (column_of(measures, name) for name in ("baseline", "performance"))

    def reason(row: int, computed: Any, published: Any) -> str:
        scale, baseline = evaluation.parameter("improvement_scale", row), baselines(row)
        benchmark = evaluation.value("benchmark", row)
        if computed is None or not isinstance(scale, Parameter) or baseline is None:
            return ""
        table = scale.value
        assert isinstance(table, Table)
        line = table[0]
        share = (performances(row) - baseline) / (benchmark - baseline)
        exact = share * Decimal(str(line["multiplier"])) + Decimal(str(line["offset"]))
        unit = Decimal(1).scaleb(-int(str(line["decimals"])))
        halfway = exact == published + unit / 2 and computed == published + unit
        return TIE if halfway else ""

    return reason
