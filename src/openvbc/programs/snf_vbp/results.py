"""SNF Value-Based Purchasing: settle every skilled nursing facility of the published file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.programs.published.facility_files import (
    check_year,
    facilities,
    fiscal_year,
    money_by_facility,
    money_layout,
    read_files,
    read_option,
)
from openvbc.programs.published.published_file import CCN_COLUMN, Column, Layout, PublishedTable
from openvbc.programs.published.scoring import score
from openvbc.programs.settlement import Contract, Presentation, Settlement, Sheet, Verification
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.performance.snf_vbp import FACILITY

_RATE = r"(?P<item>(?:fy|cy) ?\d{4}) risk standardized readmission rate(?: rsrr)?"

LAYOUT = Layout(
    "SNF VBP facility file",
    (
        CCN_COLUMN,
        Column("name", "(?:provider|facility) name", "text"),
        Column("baseline", f"baseline period {_RATE}"),
        Column(
            "performance",
            f"performance period {_RATE}",
            required=True,
            label="Performance Period: risk-standardized readmission rate",
        ),
        Column("achievement", "achievement score"),
        Column("improvement", "improvement score"),
        Column("score", "performance score"),
        Column(
            "multiplier",
            "incentive payment multiplier",
            required=True,
            label="Incentive Payment Multiplier",
        ),
    ),
)
PER_DIEM_PAYMENTS = money_layout(
    "federal_per_diem_payments",
    "(?:adjusted )?federal per diem (?:rate )?payments?(?: usd)?",
    "adjusted federal per diem payments",
)
PRESENTATION = Presentation(
    headline=("performance_score", "payment_change", "incentive_payment_multiplier"),
    result="incentive_payment_multiplier",
    totals=("payment_change",),
    distribution="performance_score",
)
NOTES = (
    "The height of the exchange depends on every facility's payments; it is a parameter of the"
    " program year, recovered from published multipliers.",
)
_LAST_OF_SCORE = Decimal("0.000005")
_MULTIPLIER = Decimal("0.00000001")


@dataclass(frozen=True)
class FacilityRates:
    """What is published for a facility."""

    ccn: str
    place: Place
    name: str
    baseline: Decimal | None
    performance: Decimal | None
    achievement: Decimal | None
    improvement: Decimal | None
    score: Decimal | None
    multiplier: Decimal | None


class SnfVbp:
    """The program as the commands know it."""

    name = "snf-vbp"
    title = "SNF Value-Based Purchasing"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read the facility file, and federal per diem payments if given; settle every facility."""
        rules = load_rules("snf_vbp", tuple(overlays))
        asked = read_option(options or {}, ("year",))
        tables = read_files(files, (LAYOUT, PER_DIEM_PAYMENTS), self.name)
        published = tables[LAYOUT.kind]
        periods = {t.path.name: y for t in published if (y := _year_of_periods(t, rules))}
        year = fiscal_year(published, asked, periods)
        check_year(rules, FACILITY.parameters, year)
        set_aside: list[SetAside] = []
        found: dict[str, FacilityRates] = {}
        for table in published:
            _read(table, found, set_aside)
        if not found:
            raise EmptyResult("no facility could be settled", action="see the rows set aside")
        money = money_by_facility(
            tables[PER_DIEM_PAYMENTS.kind], "federal_per_diem_payments", set_aside
        )
        main = _settle(list(found.values()), year, rules, money)
        return Settlement(
            program=self.name,
            title=f"{self.title}, fiscal year {year}",
            main=main,
            presentation=PRESENTATION,
            rows_in=len(main.contracts) + len(set_aside),
            set_aside=set_aside,
            sources=tuple(files),
            notes=NOTES,
        )

    def verify(self, settlement: Settlement) -> Verification:
        """Scores and multiplier against the published ones."""
        main = settlement.main
        scores = [
            score(
                main, line, f"published_{line}", line.replace("_", " "),
                reasons=_ties(main, line, f"published_{line}"),
            )
            for line in ("achievement_points", "improvement_points", "performance_score")
        ]  # fmt: skip
        scores.append(
            score(
                main, "incentive_payment_multiplier", "published_multiplier",
                "incentive payment multiplier", _MULTIPLIER,
            )
        )  # fmt: skip
        return Verification(settlement, [s for s in scores if s.rows])


PROGRAM = SnfVbp()


def _ties(main: Sheet, line: str, published: str) -> dict[int, str]:
    """Rows apart by the last printed decimal: an exact half that was rounded the other way."""
    ours, theirs = main.evaluation.column(line), main.evaluation.column(published)
    return {
        row: "an exact half, printed rounded down"
        for row in range(len(main.contracts))
        if ours[row] - theirs[row] == 2 * _LAST_OF_SCORE
    }


def _year_of_periods(table: PublishedTable, rules: RuleSet) -> int | None:
    """The program year whose periods the headings of the file name."""
    named = {}
    for period in ("baseline", "performance"):
        items = table.items(period)
        digits = re.findall(r"\d{4}", items[0]) if items else []
        named[period] = int(digits[0]) if digits else None
    for entry in rules.history("measurement_periods"):
        if dict(next(table_rows(entry.value))) == named:
            values = entry.applies["fiscal_year"].values
            return int(str(values[0])) if values else None
    return None


def _read(
    table: PublishedTable, found: dict[str, FacilityRates], set_aside: list[SetAside]
) -> None:
    set_aside.extend(table.set_aside)
    baseline = next(iter(table.items("baseline")), "")
    performance = table.items("performance")[0]
    for ccn, row in facilities(table, set_aside).items():
        try:
            rates = FacilityRates(
                ccn,
                Place(table.path.name, table.lines[row]),
                table.text(row, "name"),
                table.number(row, "baseline", baseline),
                table.number(row, "performance", performance),
                table.number(row, "achievement"),
                table.number(row, "improvement"),
                table.number(row, "score"),
                table.number(row, "multiplier"),
            )
        except InputError as error:
            set_aside.append(SetAside(error.what, error.place))
            continue
        if rates.performance is None:
            set_aside.append(
                SetAside(
                    "no readmission rate for the performance period",
                    table.place(row, "performance", performance),
                    "the facility is not scored",
                )
            )
            continue
        found[ccn] = rates


def _settle(
    found: Sequence[FacilityRates], year: int, rules: RuleSet, money: Mapping[str, Decimal]
) -> Sheet:
    ordered = sorted(f.performance for f in found if f.performance is not None)
    shares = [
        None
        if f.performance is None
        else Decimal(len(ordered) - bisect_right(ordered, f.performance)) / len(ordered)
        for f in found
    ]
    evaluation = FACILITY.evaluate(
        {
            "fiscal_year": year,
            "baseline_rate": [f.baseline for f in found],
            "performance_rate": [f.performance for f in found],
            "share_of_facilities_worse": shares,
            "federal_per_diem_payments": [money.get(f.ccn) for f in found],
            "published_achievement_points": [f.achievement for f in found],
            "published_improvement_points": [f.improvement for f in found],
            "published_performance_score": [f.score for f in found],
            "published_multiplier": [f.multiplier for f in found],
        },
        rules,
    )
    return Sheet([Contract(f.ccn, year, "", f.name) for f in found], evaluation)
