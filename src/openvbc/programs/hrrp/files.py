"""The files of the Hospital Readmissions Reduction Program, read into figures by hospital.

- the *supplemental file* of the inpatient prospective payment system final rule: one row a
  hospital, with the payment adjustment factor and, for each condition, discharges, ratio, peer
  median, penalty indicator and DRG payment ratio;
- the *hospital file* of the provider data catalogue: one row a hospital and condition, with
  predicted and expected rates (from which the ratio is known with more decimals);
- a list of base operating DRG payments, if dollars are wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.hrrp.layouts import SPELLINGS
from openvbc.programs.hrrp.printed_range import Range
from openvbc.programs.hrrp.quantities import (
    HOSPITAL_QUANTITIES,
    SUPPLEMENTAL_QUANTITIES,
    implausible_rows,
)
from openvbc.programs.published.facility_files import facilities
from openvbc.programs.published.published_cell import parse_ccn, plain
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.shared_savings.population import half_unit


@dataclass
class ConditionFigures:
    """What is published for a hospital and a condition."""

    discharges: Decimal | None = None
    ratio: Range | None = None
    median: Range | None = None
    drg_ratio: Range | None = None
    penalty: str = ""
    predicted: Decimal | None = None
    expected: Decimal | None = None
    readmissions: Decimal | None = None


@dataclass
class HospitalFigures:
    """What is published for a hospital."""

    ccn: str
    place: Place
    name: str = ""
    dual_proportion: Decimal | None = None
    peer_group: int | None = None
    modifier: Range | None = None
    factor: Decimal | None = None
    reduction: Decimal | None = None
    conditions: dict[str, ConditionFigures] = field(default_factory=dict)


def spelled(tables: Sequence[PublishedTable]) -> dict[str, str]:
    """How supplemental files spell each condition in their headings."""
    return {SPELLINGS[item]: item for table in tables for item in table.items("ratio")}


def condition_named(text: str) -> str | None:
    """The condition in a measure name such as ``READM-30-HIP-KNEE-HRRP``."""
    words = f" {plain(text)} "
    for spelling in sorted(SPELLINGS, key=len, reverse=True):
        if f" {spelling} " in words:
            return SPELLINGS[spelling]
    return None


def read_supplemental(
    table: PublishedTable, rules: RuleSet, set_aside: list[SetAside]
) -> dict[str, HospitalFigures]:
    """Figures by hospital from a supplemental file."""
    set_aside.extend(table.set_aside)
    implausible = implausible_rows(table, SUPPLEMENTAL_QUANTITIES, rules)
    decimals = {key: table.decimals(*key) for key in table.where}
    figures: dict[str, HospitalFigures] = {}
    for ccn, row in facilities(table, set_aside, "hospital").items():
        if row in implausible:
            set_aside.append(implausible[row])
            continue
        try:
            figures[ccn] = _supplemental_row(table, row, ccn, decimals)
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
    return figures


def _supplemental_row(
    table: PublishedTable, row: int, ccn: str, decimals: dict[tuple[str, str], int]
) -> HospitalFigures:
    def printed(name: str, item: str = "") -> Range | None:
        value = table.number(row, name, item)
        return None if value is None else Range.around(value, decimals[(name, item)])

    group = table.number(row, "peer_group")
    reduction = table.number(row, "reduction")
    if reduction is not None and "%" not in table.text(row, "reduction"):
        reduction = reduction.scaleb(-2)
    figures = HospitalFigures(
        ccn,
        Place(table.path.name, table.lines[row]),
        dual_proportion=table.number(row, "dual_proportion"),
        peer_group=None if group is None else int(group),
        modifier=printed("modifier"),
        factor=table.number(row, "factor"),
        reduction=reduction,
    )
    for spelling in table.items("ratio"):
        discharges = table.number(row, "discharges", spelling)
        figures.conditions[SPELLINGS[spelling]] = ConditionFigures(
            discharges=discharges,
            # Files before fiscal year 2019 print a ratio of zero where there were too few cases.
            ratio=None if table.number(row, "ratio", spelling) == 0 else printed("ratio", spelling),
            median=printed("median", spelling),
            drg_ratio=printed("drg_ratio", spelling),
            penalty=table.text(row, "penalty", spelling).upper()[:1],
        )
    return figures


def take_shares(
    table: PublishedTable, hospitals: Mapping[str, HospitalFigures], set_aside: list[SetAside]
) -> None:
    """Shares of payments from the user's list, for the conditions that print none."""
    set_aside.extend(table.set_aside)
    decimals = {item: table.decimals("drg_ratio", item) for item in table.items("drg_ratio")}
    for ccn, row in facilities(table, set_aside, "hospital").items():
        hospital = hospitals.get(ccn)
        if hospital is None:
            place = table.place(row, "facility")
            set_aside.append(SetAside("hospital is not in the supplemental file", place))
            continue
        for item, places in decimals.items():
            figures = hospital.conditions.get(SPELLINGS[item])
            share = table.number(row, "drg_ratio", item)
            if share is not None and not 0 <= share <= 1:
                place = table.place(row, "drg_ratio", item)
                set_aside.append(SetAside("value cannot be meant", place, "expected 0 to 1"))
            elif share is not None and figures is not None and figures.drg_ratio is None:
                figures.drg_ratio = Range.around(share, places)


@dataclass
class HospitalFileFigures:
    """A hospital file: predicted and expected rates by hospital and condition."""

    figures: dict[tuple[str, str], ConditionFigures]
    names: dict[str, str]
    places: dict[str, Place]
    rows: int
    period: tuple[dt.date, dt.date] | None


def read_hospital_file(
    table: PublishedTable, rules: RuleSet, set_aside: list[SetAside]
) -> HospitalFileFigures:
    """Figures by hospital and condition from a hospital file."""
    set_aside.extend(table.set_aside)
    implausible = implausible_rows(table, HOSPITAL_QUANTITIES, rules)
    decimals = {name: table.decimals(name) for name in ("ratio", "predicted", "expected")}
    hospital_file = HospitalFileFigures({}, {}, {}, table.count, None)
    for row in range(table.count):
        if row in implausible:
            set_aside.append(implausible[row])
            continue
        ccn = parse_ccn(table.text(row, "facility"))
        condition = condition_named(table.text(row, "measure"))
        if ccn is None or condition is None:
            reason = "not a CMS certification number" if ccn is None else "unknown condition"
            column = "facility" if ccn is None else "measure"
            set_aside.append(SetAside(reason, table.place(row, column)))
            continue
        hospital_file.names.setdefault(ccn, table.text(row, "name"))
        hospital_file.places.setdefault(ccn, Place(table.path.name, table.lines[row]))
        if (ccn, condition) in hospital_file.figures:
            set_aside.append(
                SetAside("hospital and condition appear twice", table.place(row, "facility"))
            )
            continue
        try:
            hospital_file.figures[ccn, condition] = _hospital_row(table, row, decimals)
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
        if hospital_file.period is None:
            hospital_file.period = _period(table.text(row, "start"), table.text(row, "end"))
    return hospital_file


def _hospital_row(table: PublishedTable, row: int, decimals: dict[str, int]) -> ConditionFigures:
    ratio = table.number(row, "ratio")
    predicted, expected = table.number(row, "predicted"), table.number(row, "expected")
    range_ = None if ratio is None else Range.around(ratio, decimals["ratio"])
    if range_ is not None and predicted is not None and expected:
        above, below = half_unit(decimals["predicted"]), half_unit(decimals["expected"])
        exact = Range(
            predicted / expected,
            (predicted - above) / (expected + below),
            (predicted + above) / (expected - below),
        )
        range_ = range_.meet(exact)
    return ConditionFigures(
        discharges=table.number(row, "discharges"),
        ratio=range_,
        # Rates are printed per 100 discharges.
        predicted=None if predicted is None else predicted.scaleb(-2),
        expected=None if expected is None else expected.scaleb(-2),
        readmissions=table.number(row, "readmissions"),
    )


def _period(start: str, end: str) -> tuple[dt.date, dt.date] | None:
    dates = []
    for text in (start, end):
        for form in ("%m/%d/%Y", "%Y-%m-%d"):
            try:
                dates.append(dt.datetime.strptime(text, form).date())
                break
            except ValueError:
                continue
    return (dates[0], dates[1]) if len(dates) == 2 else None


def year_of_period(period: tuple[dt.date, dt.date] | None, rules: RuleSet) -> int | None:
    """The fiscal year whose performance period this is."""
    if period is None:
        return None
    wanted = tuple(day.isoformat() for day in period)
    for entry in rules.history("performance_period"):
        row = next(table_rows(entry.value))
        if (row["start"], row["end"]) == wanted:
            values = entry.applies["fiscal_year"].values
            return int(str(values[0])) if values else None
    return None
