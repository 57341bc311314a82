"""Hospital-acquired conditions: what is held against the published file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from openvbc.errors import Place
from openvbc.programs.hac.files import MEASURES, HospitalScores
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement

HALVES_OF_COMPOSITE = 12
"""The four decimals of the printed PSI-90 composite are 0.0005 of its z-score."""


def compared_lines(settlement: FileSettlement[HospitalScores]) -> Sequence[ComparedLine]:
    """z-scores from their values, totals, and the payment reduction."""
    main = settlement.main
    printed_total = "published_total_score"
    return [
        _z_scores(settlement, "z-scores of infections from their ratios", composite=False),
        _z_scores(settlement, "z-scores of PSI-90 from its value", composite=True),
        ComparedLine(
            "total_score", "total score", Kind.RATE, main, column_of(main, "total_score"),
            column_of(main, printed_total), _place(settlement, "total"), "Total HAC Score",
            decimals=lambda row: settlement.cells.decimals("total"), halves=2,
        ),
        ComparedLine(
            "payment_reduction", "payment reduction, with the cut-off given", Kind.CODE, main,
            _yes_or_no(settlement), _printed_reduction(settlement),
            _place(settlement, "reduction"), "Payment Reduction",
        ),
    ]  # fmt: skip


def _place(settlement: FileSettlement[HospitalScores], column: str) -> Callable[[int], Place]:
    contracts = settlement.main.contracts
    return lambda row: settlement.cells.place(contracts[row].identifier, column)


def _z_scores(
    settlement: FileSettlement[HospitalScores], label: str, *, composite: bool
) -> ComparedLine:
    """Hospitals that submitted nothing have no value and get the measure's highest z-score."""
    sheet = settlement.details["measures"]
    items = sheet.items or ()
    spelled = {name: word for word, name in MEASURES.items()}
    value = column_of(sheet, "measure_value")

    def place(row: int) -> Place:
        return settlement.cells.place(sheet.contracts[row].identifier, "z", spelled[items[row]])

    return ComparedLine(
        "computed_z_score", label, Kind.RATE, sheet, column_of(sheet, "computed_z_score"),
        column_of(sheet, "published_z_score"), place, "W Z Score",
        applies=lambda row: value(row) is not None and (items[row] == "PSI-90") == composite,
        decimals=lambda row: settlement.cells.decimals("z", spelled[items[row]]),
        halves=HALVES_OF_COMPOSITE if composite else 2,
    )  # fmt: skip


def _yes_or_no(settlement: FileSettlement[HospitalScores]) -> Callable[[int], str | None]:
    reduction = column_of(settlement.main, "payment_reduction")

    def word(row: int) -> str | None:
        is_reduced = reduction(row)
        return None if is_reduced is None else "Yes" if is_reduced else "No"

    return word


def _printed_reduction(settlement: FileSettlement[HospitalScores]) -> Callable[[int], str | None]:
    """Yes or No; exempt hospitals (Maryland) print neither."""
    printed = column_of(settlement.main, "published_payment_reduction")

    def word(row: int) -> str | None:
        text = str(printed(row) or "").capitalize()
        return text if text in {"Yes", "No"} else None

    return word
