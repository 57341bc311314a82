"""The files of Hospital Value-Based Purchasing, read into figures by hospital.

- the *total performance score file*: weighted and unweighted scores of each domain, and the total;
- the *measure files*, one a domain (any of them): threshold, benchmark, baseline, performance and
  published points of each measure or survey dimension;
- a list of base operating DRG payments, if dollars are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.facility_files import facilities
from openvbc.programs.published.layout import CCN_COLUMN, Column, Layout
from openvbc.programs.published.plausible import Plausible, check_columns
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet

TPS_FILE = "HVBP total performance score file"
MEASURE_FILE = "HVBP measure file"
_NAME = Column("name", "(?:facility|hospital) name", "text")
_YEAR = Column("fiscal_year", "fiscal year")

TPS_LAYOUT = Layout(
    TPS_FILE,
    (
        CCN_COLUMN,
        _NAME,
        _YEAR,
        Column("unweighted", r"unweighted (?:normalized )?(?P<item>.+) domain score"),
        Column("weighted", r"weighted (?:normalized )?(?P<item>.+) domain score"),
        Column("total", "total performance score", required=True, label="Total Performance Score"),
    ),
)
MEASURE_LAYOUT = Layout(
    MEASURE_FILE,
    (
        CCN_COLUMN,
        _NAME,
        _YEAR,
        Column("floor", "(?P<item>.+) floor"),
        Column(
            "threshold",
            "(?P<item>.+) achievement threshold",
            required=True,
            label="achievement threshold of each measure",
        ),
        Column("benchmark", "(?P<item>.+) benchmark", required=True, label="benchmarks"),
        Column("baseline", "(?P<item>.+) baseline rate"),
        Column(
            "performance",
            "(?P<item>.+) performance rate",
            required=True,
            label="performance rate of each measure",
        ),
        Column("achievement", "(?P<item>.+) achievement points"),
        Column("improvement", "(?P<item>.+) improvement points"),
        Column("combined", "combined ssi measure score"),
        Column("score", "(?P<item>.+) (?:measure|dimension) score"),
        Column("base", "hcahps base score"),
        Column("consistency", "hcahps consistency score"),
    ),
)


@dataclass(frozen=True)
class MeasureFigures:
    """What is published for a hospital and a measure."""

    floor: Decimal | None
    threshold: Decimal | None
    benchmark: Decimal | None
    baseline: Decimal | None
    performance: Decimal | None
    achievement: Decimal | None
    improvement: Decimal | None
    score: Decimal | None


@dataclass
class HospitalScores:
    """What is published for a hospital."""

    ccn: str
    place: Place
    name: str = ""
    total: Decimal | None = None
    unweighted: dict[str, Decimal | None] = field(default_factory=dict)
    weighted: dict[str, Decimal | None] = field(default_factory=dict)
    measures: dict[str, MeasureFigures] = field(default_factory=dict)
    combined: Decimal | None = None
    base: Decimal | None = None
    consistency: Decimal | None = None
    files: set[str] = field(default_factory=set)


def measure_names(rules: RuleSet) -> dict[str, str]:
    """The rules' name of a measure by its plain spelling."""
    named = {}
    for entry in rules.history("measure_domain"):
        for value in entry.applies["measure"].values or ():
            named[plain(str(value))] = str(value)
    return named


def _hospital_rows(
    table: PublishedTable,
    year: int,
    hospitals: dict[str, HospitalScores],
    set_aside: list[SetAside],
) -> Iterator[tuple[HospitalScores, int]]:
    set_aside.extend(table.set_aside)
    for ccn, row in facilities(table, set_aside, "hospital").items():
        stated = table.text(row, "fiscal_year")
        if stated and stated != str(year):
            set_aside.append(
                SetAside("row of another fiscal year", table.place(row, "fiscal_year"))
            )
            continue
        place = Place(table.path.name, table.lines[row])
        hospital = hospitals.setdefault(ccn, HospitalScores(ccn, place))
        hospital.name = hospital.name or table.text(row, "name")
        hospital.files.add(table.path.name)
        yield hospital, row


def read_totals(
    table: PublishedTable,
    year: int,
    hospitals: dict[str, HospitalScores],
    set_aside: list[SetAside],
) -> None:
    """Domain scores and totals of a total performance score file."""
    for hospital, row in _hospital_rows(table, year, hospitals, set_aside):
        try:
            hospital.total = table.number(row, "total")
            for domain in table.items("unweighted"):
                hospital.unweighted[domain] = table.number(row, "unweighted", domain)
            for domain in table.items("weighted"):
                hospital.weighted[domain] = table.number(row, "weighted", domain)
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
            hospitals.pop(hospital.ccn)


def read_measures(
    table: PublishedTable,
    year: int,
    rules: RuleSet,
    hospitals: dict[str, HospitalScores],
    set_aside: list[SetAside],
) -> None:
    """Measures of a measure file; a hospital with a rate that cannot be meant is set aside."""
    names = measure_names(rules)
    spelled = table.items("threshold")
    ranges = {
        (name, item): Plausible.of_rules(rules, "plausible_rate", measure=names.get(item, item))
        for name in ("floor", "threshold", "benchmark", "baseline", "performance")
        for item in table.items(name)
    }
    implausible = check_columns(table, ranges)
    for hospital, row in _hospital_rows(table, year, hospitals, set_aside):
        if row in implausible:
            set_aside.append(implausible[row])
            hospitals.pop(hospital.ccn)
            continue
        try:
            for item in spelled:
                hospital.measures[names.get(item, item)] = MeasureFigures(
                    table.number(row, "floor", item),
                    table.number(row, "threshold", item),
                    table.number(row, "benchmark", item),
                    table.number(row, "baseline", item),
                    table.number(row, "performance", item),
                    table.number(row, "achievement", item),
                    table.number(row, "improvement", item),
                    table.number(row, "score", item),
                )
            if table.has("combined"):
                hospital.combined = table.number(row, "combined")
            if table.has("base"):
                hospital.base = table.number(row, "base")
                hospital.consistency = table.number(row, "consistency")
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
            hospitals.pop(hospital.ccn)
