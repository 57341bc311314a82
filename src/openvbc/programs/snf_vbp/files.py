"""The files of SNF Value-Based Purchasing, read into figures by facility and measure.

- the *facility file*: one row a facility; for each measure of the program year the rates of the
  baseline and the performance period and the points, then score and multiplier;
- the *aggregate file*: one row, the achievement threshold and benchmark of each measure;
- a list of adjusted federal per diem payments, if dollars are wanted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.facility_files import facilities, money_layout
from openvbc.programs.published.layout import CCN_COLUMN, Column, Layout
from openvbc.programs.published.plausible import Plausible, check_columns
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows

FACILITY_FILE = "SNF VBP facility file"
AGGREGATE_FILE = "SNF VBP aggregate file"

HEADINGS = {
    "SNFRM": ("risk standardized readmission rate(?: rsrr)?", "snfrm"),
    "SNF HAI": ("risk standardized healthcare associated infection rate", "snf hai"),
    "Total Nursing Staff Turnover": (
        "total nursing staff turnover rate",
        "(?:total )?nursing staff turnover",
    ),
    "Total Nurse Staffing": (
        "(?:case mix )?adjusted total nurs(?:e|ing) staff(?:ing)? hours per resident day",
        "total nurse staffing",
    ),
}
"""For each measure whose headings are known: what its rates and what its points are called."""
_PERIOD = r"(?P<item>(?:fy|cy) ?\d{4})"


def _measure_columns() -> list[Column]:
    columns = []
    for measure, (rate, points) in HEADINGS.items():
        # Where a year has one measure, its points stand without its name.
        named = f"(?:{points} )?" if measure == "SNFRM" else f"{points} "
        columns += [
            Column(f"baseline {measure}", f"baseline period {_PERIOD} {rate}"),
            Column(f"performance {measure}", f"performance period {_PERIOD} {rate}"),
            Column(f"achievement {measure}", f"{named}achievement score"),
            Column(f"improvement {measure}", f"{named}improvement score"),
            Column(f"score {measure}", f"{points} measure score"),
        ]
    return columns


FACILITY_LAYOUT = Layout(
    FACILITY_FILE,
    (
        CCN_COLUMN,
        Column("name", "(?:provider|facility) name", "text"),
        *_measure_columns(),
        Column("score", "performance score"),
        Column(
            "multiplier",
            "incentive payment multiplier",
            required=True,
            label="Incentive Payment Multiplier",
        ),
    ),
)
AGGREGATE_LAYOUT = Layout(
    AGGREGATE_FILE,
    tuple(
        Column(
            f"{what} {measure}",
            f"(?:(?:fy \\d{{4}} )?{points} |fy \\d{{4}} )?{heading}"
            if measure == "SNFRM"
            else f"{points} {heading}",
            required=measure == "SNFRM",
            label=f"{heading} of the readmission measure",
        )
        for measure, (_, points) in HEADINGS.items()
        for what, heading in (("threshold", "achievement threshold"), ("benchmark", "benchmark"))
    ),
    identifier="",
)
PER_DIEM_PAYMENTS = money_layout(
    "federal_per_diem_payments",
    "(?:adjusted )?federal per diem (?:rate )?payments?(?: usd)?",
    "adjusted federal per diem payments",
)


@dataclass(frozen=True)
class MeasureRates:
    """What is published for a facility and a measure."""

    baseline: Decimal | None
    performance: Decimal | None
    achievement: Decimal | None
    improvement: Decimal | None
    score: Decimal | None


@dataclass
class FacilityRates:
    """What is published for a facility."""

    ccn: str
    place: Place
    name: str
    score: Decimal | None
    multiplier: Decimal | None
    measures: dict[str, MeasureRates] = field(default_factory=dict)


def measures_of_year(rules: RuleSet, year: int) -> list[str]:
    """The measures the program year is scored on."""
    table = rules.get("program_measures", fiscal_year=year).value
    return [str(row["measure"]) for row in table_rows(table)]


def check_measures(table: PublishedTable, measures: Sequence[str], year: int) -> None:
    """The file gives the measures of the year, each of them and no other."""
    given = [measure for measure in HEADINGS if table.items(f"performance {measure}")]
    absent = [measure for measure in measures if measure not in given]
    strange = [measure for measure in given if measure not in measures]
    if not absent and not strange:
        return
    unknown = [measure for measure in absent if measure not in HEADINGS]
    what = f"fiscal year {year} is scored on {len(measures)} measure"
    what += f"{'s' if len(measures) > 1 else ''} ({', '.join(measures)}); "
    what += f"the file gives {', '.join(given) or 'none of them'}"
    rule = "42 CFR 413.338: the score is over the measures of the program year, not over some"
    if unknown:
        rule += f"; under which headings CMS publishes {', '.join(unknown)} is not known here"
    raise InputError(
        what,
        place=Place(table.path.name),
        rule=rule,
        action="give the facility file of the year asked for, with all its columns",
        code="VBC-170",
    )


def standards(tables: Sequence[PublishedTable]) -> dict[tuple[str, str], tuple[Decimal, str]]:
    """('threshold' or 'benchmark', measure) to its value and the file that gives it."""
    standard_values: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for table in tables:
        for what in ("threshold", "benchmark"):
            for measure in HEADINGS:
                value = table.number(0, f"{what} {measure}") if table.count else None
                if value is not None:
                    standard_values[what, measure] = (value, table.path.name)
    return standard_values


def year_of_periods(table: PublishedTable, rules: RuleSet) -> int | None:
    """The program year whose periods the headings of the file name."""
    named = {}
    for period in ("baseline", "performance"):
        items = [item for measure in HEADINGS for item in table.items(f"{period} {measure}")]
        digits = {int(d) for item in items for d in re.findall(r"\d{4}", item)}
        named[period] = digits.pop() if len(digits) == 1 else None
    for entry in rules.history("measurement_periods"):
        if dict(next(table_rows(entry.value))) == named:
            values = entry.applies["fiscal_year"].values
            return int(str(values[0])) if values else None
    return None


def read_facilities(
    table: PublishedTable,
    measures: Sequence[str],
    rules: RuleSet,
    by_facility: dict[str, FacilityRates],
    set_aside: list[SetAside],
) -> None:
    """Figures of every facility; one without a rate of any measure is set aside."""
    set_aside.extend(table.set_aside)
    ranges = {
        (f"{period} {measure}", item): Plausible.of_rules(rules, "plausible_rate", measure=measure)
        for measure in measures
        for period in ("baseline", "performance")
        for item in table.items(f"{period} {measure}")
    }
    implausible = check_columns(table, ranges)
    for ccn, row in facilities(table, set_aside).items():
        if row in implausible:
            set_aside.append(implausible[row])
            continue
        try:
            facility = _facility(table, row, ccn, measures)
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
            continue
        if all(rates.performance is None for rates in facility.measures.values()):
            first = measures[0]
            item = table.items(f"performance {first}")[0]
            what = "readmission rate" if measures == ["SNFRM"] else "rate of any measure"
            set_aside.append(
                SetAside(
                    f"no {what} for the performance period",
                    table.place(row, f"performance {first}", item),
                    "the facility is not scored",
                )
            )
            continue
        by_facility[ccn] = facility


def _facility(table: PublishedTable, row: int, ccn: str, measures: Sequence[str]) -> FacilityRates:
    def rate(period: str, measure: str) -> Decimal | None:
        items = table.items(f"{period} {measure}")
        return table.number(row, f"{period} {measure}", items[0]) if items else None

    return FacilityRates(
        ccn,
        Place(table.path.name, table.lines[row]),
        table.text(row, "name"),
        table.number(row, "score"),
        table.number(row, "multiplier"),
        {
            measure: MeasureRates(
                rate("baseline", measure),
                rate("performance", measure),
                table.number(row, f"achievement {measure}"),
                table.number(row, f"improvement {measure}"),
                table.number(row, f"score {measure}"),
            )
            for measure in measures
        },
    )
