"""Readmissions program: the settlement held against what the files print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openvbc.errors import Place
from openvbc.programs.hrrp.files import HospitalFigures
from openvbc.programs.hrrp.hospital_report import PrintedReport
from openvbc.programs.hrrp.population import MEDIAN_DECIMALS
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.settlement import Sheet

PRINTED = Decimal("0.0001")
MODEL = Decimal("0.00000001")
"""How far a logistic model computed in binary may be from CMS's."""
TIE = "ratio and median are equal in the printed decimals"

Settlement = FileSettlement[HospitalFigures]


def compared_lines(settlement: Settlement) -> Sequence[ComparedLine]:
    """The lines of a supplemental file, or of a hospital's own report."""
    main = settlement.main
    low, high = (
        column_of(main, f"{end}_payment_adjustment_factor") for end in ("lowest", "highest")
    )
    factor = (
        "payment_adjustment_factor", "published_payment_adjustment_factor", "factor",
        "Payment adjustment factor",
    )  # fmt: skip
    reduction = (
        "payment_reduction_percentage", "published_payment_reduction_percentage", "reduction",
        "Payment reduction percentage",
    )  # fmt: skip
    # Before peer groups a factor may have bounds only: it is held by the interval alone.
    known = column_of(main, "payment_adjustment_factor")
    only_known: dict[str, Any] = {}
    is_report = isinstance(settlement.cells, PrintedReport)
    if not is_report and "peer_medians" not in settlement.details:
        only_known = {"applies": lambda row: known(row) is not None}
    lines = [
        _of_hospitals(settlement, "payment adjustment factor", factor, halves=2, **only_known),
        _of_hospitals(
            settlement, "factor inside the interval of rounding", factor, halves=0,
            ends=lambda row: (low(row), high(row)),
            computed=lambda row: low(row) if known(row) is None else known(row),
            tolerance="inside what the printed decimals allow",
            applies=lambda row: low(row) is not None,
        ),
        _of_hospitals(
            settlement, "factor where rounding leaves one answer", factor, halves=0,
            applies=lambda row: low(row) is not None and low(row) == high(row),
        ),
        _of_hospitals(
            settlement, "payment reduction percentage", reduction, halves=2, **only_known
        ),
        _penalty_indicators(settlement),
    ]  # fmt: skip
    if "peer_medians" in settlement.details:
        lines += [_medians(settlement), _medians_of_hospitals(settlement)]
    if "risk" in settlement.details:
        lines += _risk(settlement)
    return lines


def _of_hospitals(
    settlement: Settlement, label: str, named: tuple[str, str, str, str], **more: Any
) -> ComparedLine:
    line, published, column, heading = named
    main, cells = settlement.main, settlement.cells

    def place(row: int) -> Place:
        return cells.place(main.contracts[row].identifier, column)

    def decimals(row: int) -> int | None:
        printed = cells.decimals(column)
        # A reduction is read as a ratio, whether it is printed with a percent sign or not.
        bare = column == "reduction" and "%" not in (place(row).value or "%")
        return printed + 2 if printed is not None and bare else printed

    computed = more.pop("computed", None) or column_of(main, line)
    return ComparedLine(
        line, label, Kind.RATE, main, computed, column_of(main, published), place, heading,
        decimals=decimals, **more,
    )  # fmt: skip


def _place(settlement: Settlement, sheet: Sheet, column: str) -> Callable[[int], Place]:
    items = sheet.items or ()
    return lambda row: settlement.cells.place(
        sheet.contracts[row].identifier, column, items[row] if items else ""
    )


def _penalty_indicators(settlement: Settlement) -> ComparedLine:
    sheet = settlement.details["conditions"]
    penalised = column_of(sheet, "condition_penalised")
    printed = column_of(sheet, "published_penalty")
    ratio, median = (column_of(sheet, n) for n in ("excess_readmission_ratio", "peer_group_median"))

    def word(row: int) -> str | None:
        return printed(row) if printed(row) in {"Y", "N"} else None

    def reason(row: int, computed: Any, published: Any) -> str:
        ours, theirs = ratio(row), median(row)
        if ours is None or theirs is None or abs(ours - theirs) >= PRINTED:
            return ""
        return TIE if _printed(ours) == _printed(theirs) else ""

    return ComparedLine(
        "condition_penalised", "penalty indicators", Kind.CODE, sheet,
        lambda row: "Y" if penalised(row) else "N", word, _place(settlement, sheet, "penalty"),
        "Penalty indicator", reason=reason,
    )  # fmt: skip


def _printed(value: Decimal) -> Decimal:
    return value.quantize(PRINTED, ROUND_HALF_UP)


def _medians(settlement: Settlement) -> ComparedLine:
    """The median a group's hospitals mostly print, against the median of the file's ratios."""
    sheet, cells = settlement.details["peer_medians"], settlement.cells
    computed, official = (column_of(sheet, name) for name in ("computed_median", "official_median"))
    first: dict[str, str] = {}
    for hospital in settlement.main.contracts:
        first.setdefault(hospital.group, hospital.identifier)
    items = sheet.items or ()

    def place(row: int) -> Place:
        return cells.place(first.get(sheet.contracts[row].identifier, ""), "median", items[row])

    line = ComparedLine(
        "median_used", "peer group medians", Kind.RATE, sheet, computed, official, place,
        "Peer group median ERR", decimals=lambda row: MEDIAN_DECIMALS,
    )  # fmt: skip
    compared = [row for row in line.rows() if computed(row) is not None]
    apart = sum(not line.agrees(row, computed(row), official(row)) for row in compared)
    if 2 * apart > len(compared):
        words = (
            f"{apart} of {len(compared)} medians of the file's ratios are not those printed: the "
            "file does not hold CMS's whole population"
        )
        return replace(line, not_comparable=words)
    return line


def _medians_of_hospitals(settlement: Settlement) -> ComparedLine:
    """What each hospital prints as its group's median, against what its group prints."""
    sheet, groups = settlement.details["conditions"], settlement.details["peer_medians"]
    official = column_of(groups, "official_median")
    of_group = {
        (contract.identifier, item): official(row)
        for row, (contract, item) in enumerate(
            zip(groups.contracts, groups.items or (), strict=True)
        )
    }
    items, hospitals = sheet.items or (), {h.ccn: h for h in settlement.printed}

    def computed(row: int) -> Any:
        return of_group.get((sheet.contracts[row].group, items[row]))

    def printed(row: int) -> Any:
        median = hospitals[sheet.contracts[row].identifier].conditions[items[row]].median
        return None if median is None else median.value

    return ComparedLine(
        "peer_group_median", "peer group median of each hospital", Kind.RATE, sheet, computed,
        printed, _place(settlement, sheet, "median"), "Peer group median ERR", halves=0,
    )  # fmt: skip


def _risk(settlement: Settlement) -> list[ComparedLine]:
    sheet = settlement.details["risk"]
    return [
        ComparedLine(
            line, label, Kind.RATE, sheet, column_of(sheet, line), column_of(sheet, published),
            _place(settlement, sheet, column), heading, slack=lambda row: MODEL,
            decimals=lambda row, column=column: settlement.cells.decimals(  # type: ignore[misc]
                column, (sheet.items or ())[row]
            ),
            tolerance="1e-8, or half of the last place printed",
        )
        for line, published, label, column, heading in (
            ("predicted_rate", "published_predicted_rate", "predicted rates", "predicted",
             "Predicted readmission rate"),
            ("expected_rate", "published_expected_rate", "expected rates", "expected",
             "Expected readmission rate"),
            ("computed_ratio", "published_ratio", "ratios from discharges", "ratio",
             "Excess readmission ratio"),
        )
    ]  # fmt: skip
