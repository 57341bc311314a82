"""The file of the Hospital-Acquired Condition Reduction Program, read into figures by hospital."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.facility_files import facilities, money_layout
from openvbc.programs.published.layout import CCN_COLUMN, Column, Layout
from openvbc.programs.published.plausible import Plausible, check_columns
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet

MEASURES = {
    "psi 90": "PSI-90", "clabsi": "CLABSI", "cauti": "CAUTI", "ssi": "SSI", "cdi": "CDI",
    "mrsa": "MRSA",
}  # fmt: skip
_MEASURE = "(?P<item>" + "|".join(MEASURES) + ")"

LAYOUT = Layout(
    "HAC Reduction Program file",
    (
        CCN_COLUMN,
        Column("name", "(?:facility|hospital) name", "text"),
        Column("state", "state", "text", required=True, label="State"),
        Column("fiscal_year", "fiscal year", "text"),
        Column("value", f"(?:cms )?{_MEASURE} (?:composite value|composite|sir)"),
        Column(
            "z",
            f"(?:cms )?{_MEASURE} (?:w|winsorized) z(?: score)?",
            required=True,
            label="W Z Score of each measure",
        ),
        Column("total", "total hac score", required=True, label="Total HAC Score"),
        Column("reduction", "payment reduction", "text"),
    ),
)
INPATIENT_PAYMENTS = money_layout(
    "inpatient_payments",
    "(?:total |all )?(?:medicare )?(?:inpatient|ipps) payments?(?: amounts?)?(?: usd)?",
    "all inpatient payments",
)


@dataclass
class HospitalScores:
    """What is published for a hospital."""

    ccn: str
    place: Place
    name: str
    state: str
    total: Decimal | None
    reduction: str
    values: dict[str, Decimal | None] = field(default_factory=dict)
    z_scores: dict[str, Decimal | None] = field(default_factory=dict)


def check_measures_are_given(table: PublishedTable) -> None:
    """Every measure has its z-score column: without one the total would be over the others."""
    given = {MEASURES[item] for item in table.items("z")}
    if lacking := [measure for measure in MEASURES.values() if measure not in given]:
        raise InputError(
            f"the z-scores of {', '.join(lacking)} are absent",
            place=Place(table.path.name),
            rule="the total score is the mean over every measure that has one",
            action="give the file with all its columns, as CMS publishes it",
            code="VBC-177",
        )


def measures_without_value(table: PublishedTable) -> list[str]:
    """What is said of measures whose value the file lacks: their scores are believed as printed."""
    given = {MEASURES[item] for item in table.items("value")}
    lacking = [measure for measure in MEASURES.values() if measure not in given]
    if not lacking:
        return []
    named = ", ".join(lacking)
    return [f"{table.path.name} has no value of {named}: its printed z-score is not computed."]


def read_hospitals(
    table: PublishedTable,
    year: int,
    rules: RuleSet,
    hospitals: dict[str, HospitalScores],
    set_aside: list[SetAside],
) -> None:
    """Hospitals of the year; the others, and unreadable ones, are set aside."""
    set_aside.extend(table.set_aside)
    ranges = {
        (name, item): Plausible.of_rules(rules, "plausible", quantity=quantity)
        for name, quantity in (("value", "ratio"), ("z", "score"), ("total", "score"))
        for item in table.items(name)
    }
    implausible = check_columns(table, ranges)
    for ccn, row in facilities(table, set_aside, "hospital").items():
        if row in implausible:
            set_aside.append(implausible[row])
            continue
        stated = table.text(row, "fiscal_year")
        if stated and stated != str(year):
            set_aside.append(
                SetAside("row of another fiscal year", table.place(row, "fiscal_year"))
            )
            continue
        try:
            hospitals[ccn] = HospitalScores(
                ccn,
                Place(table.path.name, table.lines[row]),
                table.text(row, "name"),
                table.text(row, "state").upper(),
                table.number(row, "total"),
                table.text(row, "reduction"),
                {MEASURES[m]: table.number(row, "value", m) for m in table.items("value")},
                {MEASURES[m]: table.number(row, "z", m) for m in table.items("z")},
            )
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
