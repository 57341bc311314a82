"""Hospital Readmissions Reduction Program: settle every hospital of the published files.

The ratio of a condition is the published one, sharpened by predicted / expected where the hospital
file is given; peer groups and medians are computed over all hospitals, the printed ones winning.
Because the files print four decimals, the same worksheets are evaluated a second and third time at
the ends of what the decimals allow, and each factor carries that interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, SetAside
from openvbc.programs.hrrp.files import (
    HOSPITAL_FILE,
    HOSPITAL_LAYOUT,
    SUPPLEMENTAL,
    SUPPLEMENTAL_LAYOUT,
    ConditionFigures,
    HospitalFigures,
    Range,
    read_hospital_file,
    read_supplemental,
    spelled,
    year_of_period,
)
from openvbc.programs.hrrp.hospital_report import settle_report
from openvbc.programs.hrrp.hospital_report_files import is_report
from openvbc.programs.hrrp.population import (
    MEDIANS,
    assign_peer_groups,
    between_hospital_variance,
    peer_medians,
    shares_lower,
)
from openvbc.programs.hrrp.two_files import check_ratios_agree, merge
from openvbc.programs.hrrp.verify import compared_lines
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import (
    BASE_PAYMENTS,
    base_payments,
    check_year,
    fiscal_year,
    read_files,
)
from openvbc.programs.published.options import read_options, year_asked
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.hrrp import CONDITION, HOSPITAL, ONE_FEWER
from openvbc.worksheets.shared_savings.population import Statistic

PRESENTATION = Presentation(
    headline=("peer_group", "total_contribution", "payment_change", "payment_adjustment_factor"),
    result="payment_adjustment_factor",
    totals=("payment_change",),
    distribution="payment_adjustment_factor",
)
NOTES = (
    "The neutrality modifier cannot be recomputed: it needs every hospital's base DRG payments.",
    "Published figures are rounded; the lowest and highest factor are those that rounding allows.",
    "What one readmission fewer is worth is an estimate: CMS's model to first order,"
    " with the spread of hospitals estimated from the hospital file.",
)


@dataclass(frozen=True)
class ConditionRow:
    """One hospital and condition, ready for the worksheet."""

    hospital: HospitalFigures
    condition: str
    figures: ConditionFigures
    median: Range | None
    modifier: Range | None
    share_lower: Decimal | None


class Hrrp(FileProgram[HospitalFigures]):
    """The program as the commands know it."""

    name = "hrrp"
    title = "Hospital Readmissions Reduction Program"
    rules_name = "hrrp"
    presentation = PRESENTATION
    notes = NOTES
    unit = "hospital"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[HospitalFigures]:
        """Settle every hospital of a supplemental file (with hospital files and base payments if
        given), or one hospital from its own hospital-specific report.
        """
        if any(is_report(path) for path in files):
            asked = read_options(self.name, options or {}, self.options)
            rules = self.rules(files, overlays)
            return settle_report(files, rules, year_asked(asked), PRESENTATION)
        return super().settle(files, overlays, options)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[HospitalFigures]:
        """Hospitals of the supplemental file, sharpened by the hospital files."""
        layouts = (SUPPLEMENTAL_LAYOUT, HOSPITAL_LAYOUT, BASE_PAYMENTS)
        tables = read_files(files, layouts, self.name)
        set_aside: list[SetAside] = []
        if not tables[SUPPLEMENTAL]:
            raise InputError(
                "the supplemental file is missing",
                rule="it holds the DRG payment ratios and the neutrality modifier",
                action="give the HRRP supplemental file of the final rule with the others",
            )
        hospital_files = [
            read_hospital_file(table, rules, set_aside) for table in tables[HOSPITAL_FILE]
        ]
        periods = {
            table.path.name: found
            for table, file in zip(tables[HOSPITAL_FILE], hospital_files, strict=True)
            if (found := year_of_period(file.period, rules)) is not None
        }
        published = [t for kind in (SUPPLEMENTAL, HOSPITAL_FILE) for t in tables[kind]]
        year = fiscal_year(published, asked, periods)
        check_year(rules, ("maximum_payment_reduction", "compares_with_peer_group"), year)
        hospitals: dict[str, HospitalFigures] = {}
        for table in tables[SUPPLEMENTAL]:
            hospitals |= read_supplemental(table, rules, set_aside)
        named = [t.path.name for t in tables[HOSPITAL_FILE]]
        check_ratios_agree(
            hospitals,
            list(zip(named, hospital_files, strict=True)),
            ", ".join(t.path.name for t in tables[SUPPLEMENTAL]),
            set_aside,
        )
        strangers = merge(hospitals, hospital_files)
        for place in strangers.values():
            set_aside.append(
                SetAside(
                    "hospital is not in the supplemental file", place,
                    "it is not subject to the program (Maryland, or not paid under it)",
                )
            )  # fmt: skip
        money = base_payments(tables[BASE_PAYMENTS.kind], set_aside)
        cells = PrintedCells(tables[SUPPLEMENTAL], spelled(tables[SUPPLEMENTAL]))
        return Reading(list(hospitals.values()), set_aside, year, cells, more={"money": money})

    def evaluate(
        self, reading: Reading[HospitalFigures], rules: RuleSet
    ) -> Settled[HospitalFigures]:
        """Conditions at their values and at both ends of rounding, then hospitals."""
        assert reading.year is not None
        hospitals = {hospital.ccn: hospital for hospital in reading.rows}
        sheets = _settle(hospitals, reading.year, rules, reading.more["money"], reading.set_aside)
        settled = [hospitals[contract.identifier] for contract in sheets["main"].contracts]
        return Settled(settled, sheets.pop("main"), sheets)

    def lines(self, settlement: FileSettlement[HospitalFigures]) -> Sequence[ComparedLine]:
        """Factor, interval, reduction, penalty indicators and medians."""
        return compared_lines(settlement)


PROGRAM = Hrrp()


def _settle(
    hospitals: dict[str, HospitalFigures],
    year: int,
    rules: RuleSet,
    money: Mapping[str, Decimal],
    set_aside: list[SetAside],
) -> dict[str, Sheet]:
    by_peers = bool(rules.get("compares_with_peer_group", fiscal_year=year).value)
    group_of: dict[str, int] = {}
    medians: dict[tuple[int, str], Statistic] = {}
    if by_peers:
        number = rules.get("peer_groups", fiscal_year=year).value
        group_of = assign_peer_groups(hospitals.values(), int(number))  # type: ignore[arg-type]
        medians = peer_medians(hospitals, group_of)
    exact = rules.get("neutrality_modifier_unrounded", fiscal_year=year).value
    shares = shares_lower(hospitals, group_of)
    rows = [
        _condition_row(hospital, condition, exact, group_of, medians, shares)
        for hospital in hospitals.values()
        for condition in hospital.conditions
    ]
    middle, detail = _evaluate_conditions(rows, list(hospitals), year, rules, "value")
    totals = detail.total("contribution")
    incomplete = {ccn for ccn, total in zip(hospitals, totals, strict=True) if total != total}
    if incomplete:
        for ccn in incomplete:
            set_aside.append(
                SetAside(
                    "a penalised condition lacks its DRG payment ratio or neutrality modifier",
                    hospitals[ccn].place,
                    "the payment adjustment factor cannot be computed without it",
                )
            )
        rows = [row for row in rows if row.hospital.ccn not in incomplete]
        hospitals = {ccn: h for ccn, h in hospitals.items() if ccn not in incomplete}
        middle, detail = _evaluate_conditions(rows, list(hospitals), year, rules, "value")
        totals = detail.total("contribution")
    if not hospitals:
        raise EmptyResult("no hospital could be settled", action="see the rows set aside")
    _, low = _evaluate_conditions(rows, list(hospitals), year, rules, "low")
    _, high = _evaluate_conditions(rows, list(hospitals), year, rules, "high")
    main = HOSPITAL.evaluate(
        {
            "fiscal_year": year,
            "peer_group": [str(group_of[c]) if c in group_of else None for c in hospitals],
            "dual_proportion": [h.dual_proportion for h in hospitals.values()],
            "total_contribution": totals,
            "lowest_total_contribution": low.total("contribution"),
            "highest_total_contribution": high.total("contribution"),
            "base_operating_drg_payments": [money.get(ccn) for ccn in hospitals],
            "published_payment_adjustment_factor": [h.factor for h in hospitals.values()],
            "published_payment_reduction_percentage": [h.reduction for h in hospitals.values()],
        },
        rules,
    )
    detail.link(main, "total_contribution", "contribution")
    low.link(main, "lowest_total_contribution", "contribution")
    high.link(main, "highest_total_contribution", "contribution")
    contracts = [
        ContractYear(
            ccn, year, f"peer group {group_of[ccn]}" if ccn in group_of else "", hospital.name
        )
        for ccn, hospital in hospitals.items()
    ]
    owners = [contracts[owner] for owner in detail.owner]
    sheets = {
        "main": Sheet(contracts, main),
        "conditions": Sheet(owners, middle, detail.items),
        "one_readmission_fewer": Sheet(
            owners, _one_fewer(rows, detail, totals, money, year, rules), detail.items
        ),
    }
    if medians:
        sheets["peer_medians"] = _median_sheet(medians, year, rules)
    return sheets


def _condition_row(
    hospital: HospitalFigures,
    condition: str,
    exact_modifier: object,
    group_of: Mapping[str, int],
    medians: Mapping[tuple[int, str], Statistic],
    shares: Mapping[tuple[str, str], Decimal],
) -> ConditionRow:
    figures = hospital.conditions[condition]
    group = group_of.get(hospital.ccn, 0)
    found = medians.get((group, condition))
    middle = figures.median
    if found is not None and (middle is None or found.official == middle.value):
        middle = Range(found.value, found.low, found.high)
    share = shares.get((hospital.ccn, condition))
    modifier = _modifier(hospital.modifier, exact_modifier)
    return ConditionRow(hospital, condition, figures, middle, modifier, share)


def _modifier(printed: Range | None, exact: object) -> Range | None:
    """The unrounded modifier where it agrees with the printed one, else the printed one."""
    if exact is None:
        return printed
    value = Decimal(str(exact))
    if printed is not None and not printed.low <= value <= printed.high:
        return printed
    return Range(value, value, value)


def _evaluate_conditions(
    rows: Sequence[ConditionRow], order: Sequence[str], year: int, rules: RuleSet, end: str
) -> tuple[Evaluation, Detail]:
    """The condition sheet at the values, or at the low or high `end` of every range."""
    position = {ccn: index for index, ccn in enumerate(order)}
    other = {"low": "high", "high": "low", "value": "value"}[end]

    def at(range_: Range | None, which: str) -> Decimal | None:
        return None if range_ is None else getattr(range_, which)

    evaluation = CONDITION.evaluate(
        {
            "fiscal_year": year,
            "condition": [row.condition for row in rows],
            "eligible_discharges": [row.figures.discharges for row in rows],
            "excess_readmission_ratio": [at(row.figures.ratio, end) for row in rows],
            "peer_group_median": [at(row.median, other) for row in rows],
            "drg_payment_ratio": [at(row.figures.drg_ratio, end) for row in rows],
            "neutrality_modifier": [at(row.modifier, end) for row in rows],
            "predicted_rate": [row.figures.predicted for row in rows],
            "expected_rate": [row.figures.expected for row in rows],
            "readmissions": [row.figures.readmissions for row in rows],
            "share_of_peers_lower": [row.share_lower for row in rows],
            "published_penalty": [row.figures.penalty for row in rows],
        },
        rules,
    )
    owner = [position[row.hospital.ccn] for row in rows]
    return evaluation, Detail.of(evaluation, owner, [row.condition for row in rows], len(order))


def _one_fewer(
    rows: Sequence[ConditionRow],
    detail: Detail,
    totals: Sequence[Decimal],
    money: Mapping[str, Decimal],
    year: int,
    rules: RuleSet,
) -> Evaluation:
    hospitals = list({row.hospital.ccn: row.hospital for row in rows}.values())
    variance = {
        condition: between_hospital_variance(hospitals, condition)
        for condition in {row.condition for row in rows}
    }
    below = detail.evaluation
    return ONE_FEWER.evaluate(
        {
            "fiscal_year": year,
            "condition": [row.condition for row in rows],
            "eligible_discharges": [row.figures.discharges for row in rows],
            "expected_rate": [row.figures.expected for row in rows],
            "excess_readmission_ratio": below.column("excess_readmission_ratio"),
            "ratio_compared_with": below.column("ratio_compared_with"),
            "excess": below.column("excess"),
            "contribution": below.column("contribution"),
            "drg_payment_ratio": below.column("drg_payment_ratio"),
            "neutrality_modifier": below.column("neutrality_modifier"),
            "between_hospital_variance": [variance[row.condition] for row in rows],
            "hospital_total_contribution": [totals[owner] for owner in detail.owner],
            "base_operating_drg_payments": [money.get(row.hospital.ccn) for row in rows],
        },
        rules,
    )


def _median_sheet(medians: Mapping[tuple[int, str], Statistic], year: int, rules: RuleSet) -> Sheet:
    keys = sorted(medians)
    found = [medians[key] for key in keys]
    evaluation = MEDIANS.evaluate(
        {
            "median_used": [s.value for s in found],
            "lowest_median": [s.low for s in found],
            "highest_median": [s.high for s in found],
            "official_median": [s.official for s in found],
            "computed_median": [s.computed for s in found],
            "hospitals": [s.count for s in found],
        },
        rules,
    )
    contracts = [ContractYear(f"peer group {group}", year) for group, _ in keys]
    return Sheet(contracts, evaluation, [condition for _, condition in keys])
