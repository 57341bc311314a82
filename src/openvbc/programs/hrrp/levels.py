"""The readmissions program, level by level: conditions at both ends of rounding, then hospitals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from openvbc.errors import EmptyResult, SetAside
from openvbc.programs.hrrp.files import ConditionFigures, HospitalFigures
from openvbc.programs.hrrp.population import (
    MEDIANS,
    assign_peer_groups,
    between_hospital_variance,
    peer_medians,
    shares_lower,
)
from openvbc.programs.hrrp.printed_range import Range
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.hrrp import CONDITION, HOSPITAL, ONE_FEWER
from openvbc.worksheets.shared_savings.population import Statistic


@dataclass(frozen=True)
class ConditionRow:
    """One hospital and condition, ready for the worksheet."""

    hospital: HospitalFigures
    condition: str
    figures: ConditionFigures
    median: Range | None
    modifier: Range | None
    share_lower: Decimal | None
    highest_share: Decimal | None = None
    """Where no file prints shares of payments: the most this condition's can be, beside the
    hospital's others."""


def sheets_of(
    hospitals: Mapping[str, HospitalFigures],
    year: int,
    rules: RuleSet,
    money: Mapping[str, Decimal],
    set_aside: list[SetAside],
) -> dict[str, Sheet]:
    """The sheets of all hospitals by name, ``main`` among them: conditions, then hospitals.

    A hospital of which a penalised condition lacks what its payment needs is set aside.
    """
    group_of: dict[str, int] = {}
    medians: dict[tuple[int, str], Statistic] = {}
    if rules.get("compares_with_peer_group", fiscal_year=year).value:
        number = rules.get("peer_groups", fiscal_year=year).value
        group_of = assign_peer_groups(hospitals.values(), int(number))  # type: ignore[arg-type]
        medians = peer_medians(hospitals, group_of)
    rows = _condition_rows(hospitals, year, rules, group_of, medians)
    if not rows:
        raise EmptyResult("no hospital of the files has a condition's figures", code="VBC-60031")
    middle, detail = _evaluate_conditions(rows, list(hospitals), year, rules, "value")
    bounded = shares_are_unknown(hospitals, year, rules)
    incomplete = set() if bounded else _incomplete(hospitals, detail, set_aside)
    if bounded:
        rows = _with_highest_shares(rows, middle)
    if incomplete:
        rows = [row for row in rows if row.hospital.ccn not in incomplete]
        hospitals = {ccn: h for ccn, h in hospitals.items() if ccn not in incomplete}
        if not rows:
            raise EmptyResult(
                "no hospital could be settled", action="see the rows set aside", code="VBC-6003"
            )
        middle, detail = _evaluate_conditions(rows, list(hospitals), year, rules, "value")
    main = _evaluate_hospitals(hospitals, rows, detail, group_of, money, year, rules)
    contracts = [
        ContractYear(
            ccn, year, f"peer group {group_of[ccn]}" if ccn in group_of else "", hospital.name
        )
        for ccn, hospital in hospitals.items()
    ]
    owners = [contracts[owner] for owner in detail.owner]
    fewer = _one_fewer(rows, detail, money, year, rules)
    sheets = {
        "main": Sheet(contracts, main),
        "conditions": Sheet(owners, middle, detail.items),
        "one_readmission_fewer": Sheet(owners, fewer, detail.items),
    }
    if medians:
        sheets["peer_medians"] = _median_sheet(medians, year, rules)
    return sheets


def shares_are_unknown(hospitals: Mapping[str, HospitalFigures], year: int, rules: RuleSet) -> bool:
    """Whether no file prints shares of payments, as none did before there were peer groups."""
    if rules.get("compares_with_peer_group", fiscal_year=year).value:
        return False
    return all(c.drg_ratio is None for h in hospitals.values() for c in h.conditions.values())


def _with_highest_shares(rows: Sequence[ConditionRow], middle: Evaluation) -> list[ConditionRow]:
    """Rows with bounds for shares that no file prints.

    The shares of a hospital's conditions add up to at most one, so the reduction is at most the
    largest excess: that condition has the whole, the others nothing.
    """
    largest: dict[str, tuple[Decimal, int]] = {}
    for number, row in enumerate(rows):
        few = middle.value("eligible_discharges", number)
        counts = middle.value("condition_in_program", number) and (
            few is not None and few >= middle.value("minimum_discharges", number)
        )
        if counts and row.figures.ratio is not None:
            excess = (row.figures.ratio.high, number)
            largest[row.hospital.ccn] = max(largest.get(row.hospital.ccn, excess), excess)
    whole = {number for _, number in largest.values()}
    return [replace(row, highest_share=Decimal(number in whole)) for number, row in enumerate(rows)]


def _share(row: ConditionRow, end: str) -> Decimal | None:
    if row.highest_share is not None:
        return {"low": Decimal(0), "value": None, "high": row.highest_share}[end]
    return _end_of_range(row.figures.drg_ratio, end)


def _end_of_range(range_: Range | None, end: str) -> Decimal | None:
    return None if range_ is None else getattr(range_, end)


def _incomplete(
    hospitals: Mapping[str, HospitalFigures], detail: Detail, set_aside: list[SetAside]
) -> set[str]:
    """Hospitals whose contributions do not add up to a number; each is set aside."""
    totals = detail.total("contribution")
    incomplete = {ccn for ccn, total in zip(hospitals, totals, strict=True) if total != total}
    set_aside.extend(
        SetAside(
            "a penalised condition lacks its DRG payment ratio or neutrality modifier",
            hospitals[ccn].place,
            "the payment adjustment factor cannot be computed without it",
        )
        for ccn in incomplete
    )
    return incomplete


def _evaluate_hospitals(
    hospitals: Mapping[str, HospitalFigures],
    rows: Sequence[ConditionRow],
    detail: Detail,
    group_of: Mapping[str, int],
    money: Mapping[str, Decimal],
    year: int,
    rules: RuleSet,
) -> Evaluation:
    """The main sheet; its lowest and highest factor come from both ends of every range."""
    _, low = _evaluate_conditions(rows, list(hospitals), year, rules, "low")
    _, high = _evaluate_conditions(rows, list(hospitals), year, rules, "high")
    main = HOSPITAL.evaluate(
        {
            "fiscal_year": year,
            "peer_group": [str(group_of[c]) if c in group_of else None for c in hospitals],
            "dual_proportion": [h.dual_proportion for h in hospitals.values()],
            "total_contribution": detail.total("contribution"),
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
    return main


def _condition_rows(
    hospitals: Mapping[str, HospitalFigures],
    year: int,
    rules: RuleSet,
    group_of: Mapping[str, int],
    medians: Mapping[tuple[int, str], Statistic],
) -> list[ConditionRow]:
    exact = rules.get("neutrality_modifier_unrounded", fiscal_year=year).value
    shares = shares_lower(hospitals, group_of)
    return [
        _condition_row(hospital, condition, exact, group_of, medians, shares)
        for hospital in hospitals.values()
        for condition in hospital.conditions
    ]


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
    computed = medians.get((group, condition))
    median = figures.median
    if computed is not None and (median is None or computed.official == median.value):
        median = Range(computed.value, computed.low, computed.high)
    share = shares.get((hospital.ccn, condition))
    modifier = _modifier(hospital.modifier, exact_modifier)
    return ConditionRow(hospital, condition, figures, median, modifier, share)


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

    evaluation = CONDITION.evaluate(
        {
            "fiscal_year": year,
            "condition": [row.condition for row in rows],
            "eligible_discharges": [row.figures.discharges for row in rows],
            "excess_readmission_ratio": [_end_of_range(row.figures.ratio, end) for row in rows],
            "peer_group_median": [_end_of_range(row.median, other) for row in rows],
            "drg_payment_ratio": [_share(row, end) for row in rows],
            "neutrality_modifier": [_end_of_range(row.modifier, end) for row in rows],
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
    money: Mapping[str, Decimal],
    year: int,
    rules: RuleSet,
) -> Evaluation:
    hospitals = list({row.hospital.ccn: row.hospital for row in rows}.values())
    variance = {
        condition: between_hospital_variance(hospitals, condition)
        for condition in {row.condition for row in rows}
    }
    below, totals = detail.evaluation, detail.total("contribution")
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
    statistics = [medians[key] for key in keys]
    evaluation = MEDIANS.evaluate(
        {
            "median_used": [s.value for s in statistics],
            "lowest_median": [s.low for s in statistics],
            "highest_median": [s.high for s in statistics],
            "official_median": [s.official for s in statistics],
            "computed_median": [s.computed for s in statistics],
            "hospitals": [s.count for s in statistics],
        },
        rules,
    )
    contracts = [ContractYear(f"peer group {group}", year) for group, _ in keys]
    return Sheet(contracts, evaluation, [condition for _, condition in keys])
