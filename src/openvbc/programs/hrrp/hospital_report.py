"""Settle one hospital from its own hospital-specific report, down to the discharges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.programs.hrrp.files import HospitalFigures
from openvbc.programs.hrrp.hospital_report_files import HospitalReport, read_report
from openvbc.programs.hrrp.quantities import REPORT_QUANTITIES
from openvbc.programs.published.plausible import Plausible, believe
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.published_cell import parse_number
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.hrrp import CONDITION, HOSPITAL, ONE_FEWER
from openvbc.worksheets.performance.readmission_risk import RISK

NOTES = (
    "What one readmission fewer is worth is an estimate to first order; the spread of hospitals is"
    " taken from the hospital's own effect.",
)
NO_GROUP = (
    "The table of the payment (table 1) prints no peer group assignment: the hospital is shown"
    " without one."
)


class PrintedReport(PrintedCells):
    """Where each value of a report stands; a report is one hospital's."""

    def __init__(self, cells: Mapping[tuple[str, str], Place]) -> None:
        super().__init__()
        self.cells = cells

    def place(self, identifier: str, column: str, item: str = "") -> Place:
        """The cell of a value, of a condition where it has several."""
        return self.cells.get((column, item), Place())

    def decimals(self, column: str, item: str = "") -> int | None:
        """Decimals with which the value is printed."""
        try:
            number = parse_number(self.place("", column, item).value or "")
        except ValueError:
            return None
        return None if number is None else max(-int(number.as_tuple().exponent), 0)


def settle_report(
    files: Sequence[Path], rules: RuleSet, year: int | None, presentation: Presentation
) -> FileSettlement[HospitalFigures]:
    """Predicted, expected, ratios and the payment adjustment factor of one report."""
    report = read_report(files)
    year = report.year or year
    if year is None:
        raise InputError(
            "the report does not say its fiscal year", action="give --year", code="VBC-114"
        )
    rules.get("maximum_payment_reduction", fiscal_year=year)
    _believe(report, rules)
    grouped = rules.get("compares_with_peer_group", fiscal_year=year).value
    contract = ContractYear(
        report.identifier, year, f"peer group {report.peer_group}" if report.peer_group else ""
    )
    detail = _conditions(report, year, rules)
    total = detail.total("contribution")
    main = HOSPITAL.evaluate(
        {
            "fiscal_year": year,
            "peer_group": report.peer_group,
            "dual_proportion": report.dual_proportion,
            # Reports print all decimals, so that rounding leaves nothing open.
            "total_contribution": total,
            "lowest_total_contribution": total,
            "highest_total_contribution": total,
            "published_payment_adjustment_factor": report.factor,
        },
        rules,
    )
    for given in ("total", "lowest_total", "highest_total"):
        detail.link(main, f"{given}_contribution", "contribution")
    named = [contract] * len(detail.items)
    details = {
        "conditions": Sheet(named, detail.evaluation, detail.items),
        "one_readmission_fewer": Sheet(
            named, _one_fewer(report, detail, total[0], year, rules), detail.items
        ),
    }
    if report.discharges:
        details["risk"] = _risk(report, contract, year, rules)
    return FileSettlement(
        program="hrrp",
        title=f"Hospital Readmissions Reduction Program, hospital-specific report {year}",
        main=Sheet([contract], main),
        presentation=presentation,
        rows_in=1 + len(report.set_aside),
        set_aside=report.set_aside,
        details=details,
        sources=tuple(files),
        notes=(
            *NOTES,
            *([NO_GROUP] if grouped and report.peer_group is None else []),
            *_not_computed(report, main),
        ),
        cells=PrintedReport(report.cells),
        year=year,
    )


def _not_computed(report: HospitalReport, main: Evaluation) -> Iterator[str]:
    """What is said where the factor cannot be computed."""
    if main.value("payment_adjustment_factor", 0) is not None:
        return
    lacking = [] if report.modifier else ["the neutrality modifier"]
    lacking += [
        f"the DRG payment ratio of {name}"
        for name, row in report.conditions.items()
        if row.ratio is not None and row.drg_ratio is None
    ]
    yield (
        "The payment adjustment factor is not computed: the report does not print "
        f"{', '.join(lacking) or 'what it follows from'}."
    )


def _believe(report: HospitalReport, rules: RuleSet) -> None:
    """Refuse a report with a number that cannot be what its column says.

    Raises:
        InputError: VBC-1148, with the cell and the range expected.
    """
    for (name, _), place in report.cells.items():
        if name in REPORT_QUANTITIES and place.value:
            quantity = REPORT_QUANTITIES[name]
            plausible = Plausible.of_rules(rules, "plausible", quantity=quantity)
            believe(parse_number(place.value), plausible, place)


def _conditions(report: HospitalReport, year: int, rules: RuleSet) -> Detail:
    names = list(report.conditions)
    rows = list(report.conditions.values())
    evaluation = CONDITION.evaluate(
        {
            "fiscal_year": year,
            "condition": names,
            "eligible_discharges": [row.discharges for row in rows],
            "excess_readmission_ratio": [row.ratio for row in rows],
            "peer_group_median": [row.median for row in rows],
            "drg_payment_ratio": [row.drg_ratio for row in rows],
            "neutrality_modifier": report.modifier,
            "predicted_rate": [row.predicted for row in rows],
            "expected_rate": [row.expected for row in rows],
            "readmissions": [row.readmissions for row in rows],
            "published_penalty": [row.penalty for row in rows],
        },
        rules,
    )
    return Detail.of(evaluation, [0] * len(names), names, 1)


def _one_fewer(
    report: HospitalReport, detail: Detail, total: Decimal, year: int, rules: RuleSet
) -> Evaluation:
    names = list(detail.items)
    below = detail.evaluation
    variances = []
    for name in names:
        sheet = report.discharges.get(name)
        variances.append(
            None
            if sheet is None
            else sheet.model.between_hospital_variance(sheet.risk_factors, sheet.readmissions)
        )
    return ONE_FEWER.evaluate(
        {
            "fiscal_year": year,
            "condition": names,
            "between_hospital_variance": variances,
            "hospital_total_contribution": total,
            **{
                name: below.column(name)
                for name in (
                    "eligible_discharges", "expected_rate", "excess_readmission_ratio",
                    "ratio_compared_with", "excess", "contribution", "drg_payment_ratio",
                    "neutrality_modifier",
                )
            },
        },
        rules,
    )  # fmt: skip


def _risk(report: HospitalReport, contract: ContractYear, year: int, rules: RuleSet) -> Sheet:
    names = list(report.discharges)
    sheets = list(report.discharges.values())
    reported = [report.conditions.get(name) for name in names]
    evaluation = RISK.evaluate(
        {
            "fiscal_year": year,
            "condition": names,
            "index_stays": [len(sheet.risk_factors) for sheet in sheets],
            "observed_readmissions": [sheet.readmissions for sheet in sheets],
            "predicted_rate": [sheet.model.predicted(sheet.risk_factors) for sheet in sheets],
            "expected_rate": [sheet.model.expected(sheet.risk_factors) for sheet in sheets],
            "published_predicted_rate": [row and row.predicted for row in reported],
            "published_expected_rate": [row and row.expected for row in reported],
            "published_ratio": [row and row.ratio for row in reported],
        },
        rules,
    )
    return Sheet([contract] * len(names), evaluation, names)
