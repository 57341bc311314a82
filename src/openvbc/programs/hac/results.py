"""Hospital-Acquired Condition Reduction Program: settle every hospital of the published file.

The total is the mean of the published Winsorised z-scores; z-scores are also computed from the
measure values where the national constants of the year are known. The cut-off is a dated
parameter; our own 75th percentile stands beside it as an estimate, because the public file is not
CMS's whole population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.programs.published.facility_files import (
    check_year,
    facilities,
    file_years,
    fiscal_year,
    money_by_facility,
    money_layout,
    read_files,
    read_option,
)
from openvbc.programs.published.published_file import CCN_COLUMN, Column, Layout, PublishedTable
from openvbc.programs.published.scoring import score
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import (
    Contract,
    Difference,
    LineScore,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.performance.hac import HOSPITAL, MEASURE, TO_THE_CUT_OFF
from openvbc.worksheets.shared_savings.population import percentile

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
PRESENTATION = Presentation(
    headline=("measures_scored", "total_score", "payment_change", "payment_reduction"),
    result="payment_reduction",
    totals=("payment_change",),
    distribution="total_score",
)
NOTES = (
    "National means, limits and the 75th percentile are over a population that is not published"
    " whole; where CMS's values are not known, only the estimate from the file is given.",
)
_PRINTED = Decimal("0.0001")


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


class Hac:
    """The program as the commands know it."""

    name = "hac"
    title = "Hospital-Acquired Condition Reduction Program"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read the program file, and inpatient payments if given; settle every hospital."""
        rules = load_rules("hac", tuple(overlays))
        asked = read_option(options or {}, ("year",))
        tables = read_files(files, (LAYOUT, INPATIENT_PAYMENTS), self.name)
        published = tables[LAYOUT.kind]
        year = fiscal_year(published, asked, file_years(published))
        check_year(rules, ("payment_reduction_rate", "cut_off"), year)
        set_aside: list[SetAside] = []
        hospitals: dict[str, HospitalScores] = {}
        for table in published:
            _read(table, year, hospitals, set_aside)
        if not hospitals:
            raise EmptyResult("no hospital could be settled", action="see the rows set aside")
        money = money_by_facility(tables[INPATIENT_PAYMENTS.kind], "inpatient_payments", set_aside)
        sheets = _settle(list(hospitals.values()), year, rules, money)
        main = sheets.pop("main")
        return Settlement(
            program=self.name,
            title=f"{self.title}, fiscal year {year}",
            main=main,
            presentation=PRESENTATION,
            rows_in=len(main.contracts) + len(set_aside),
            set_aside=set_aside,
            details=sheets,
            sources=tuple(files),
            notes=NOTES,
        )

    def verify(self, settlement: Settlement) -> Verification:
        """z-scores, totals and reductions against the published ones."""
        measures, main = settlement.details["measures"], settlement.main
        composite = _PRINTED * 6
        # A hospital that submitted nothing has no value and gets the measure's highest z-score.
        valued = [
            (row, item)
            for row, item in enumerate(measures.items or ())
            if measures.evaluation.value("measure_value", row) is not None
        ]
        infections = [row for row, item in valued if item != "PSI-90"]
        composites = [row for row, item in valued if item == "PSI-90"]
        scores = [
            score(
                _rows(measures, infections), "computed_z_score", "published_z_score",
                "z-scores of infections from their ratios", _PRINTED,
            ),
            # The composite's four printed decimals are 0.0005 of a z-score.
            score(
                _rows(measures, composites), "computed_z_score", "published_z_score",
                "z-scores of PSI-90 from its value", composite,
            ),
            score(main, "total_score", "published_total_score", "total score", _PRINTED),
            _reductions(main),
        ]  # fmt: skip
        return Verification(settlement, [s for s in scores if s.rows])


PROGRAM = Hac()


def _read(
    table: PublishedTable,
    year: int,
    hospitals: dict[str, HospitalScores],
    set_aside: list[SetAside],
) -> None:
    set_aside.extend(table.set_aside)
    for ccn, row in facilities(table, set_aside, "hospital").items():
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


def _settle(
    hospitals: Sequence[HospitalScores],
    year: int,
    rules: RuleSet,
    money: Mapping[str, Decimal],
) -> dict[str, Sheet]:
    rows = [(owner, measure) for owner, h in enumerate(hospitals) for measure in h.z_scores]
    measures = [measure for _, measure in rows]
    values = [hospitals[owner].values.get(measure) for owner, measure in rows]
    detail = Detail.of(
        MEASURE.evaluate(
            {
                "fiscal_year": year,
                "measure": measures,
                "measure_value": values,
                "published_z_score": [hospitals[owner].z_scores[m] for owner, m in rows],
                "share_of_hospitals_worse": shares_worse(measures, values, lower_is_better=True),
            },
            rules,
        ),
        [owner for owner, _ in rows],
        measures,
        len(hospitals),
    )
    given = {
        "fiscal_year": year,
        "state": [h.state for h in hospitals],
        "sum_of_z_scores": detail.total_present("z_score"),
        "measures_scored": detail.present("z_score"),
        "inpatient_payments": [money.get(h.ccn) for h in hospitals],
        "published_total_score": [h.total for h in hospitals],
        "published_payment_reduction": [h.reduction for h in hospitals],
    }
    first = HOSPITAL.evaluate(given, rules)
    # Exempt hospitals are in the national means and not in the percentile.
    counted = [
        total
        for total, exempt in zip(first.column("total_score"), first.column("exempt"), strict=True)
        if total == total and not exempt
    ]
    rank = Decimal(str(rules.get("estimate_rank", fiscal_year=year).value))
    main = HOSPITAL.evaluate(
        {**given, "estimated_cut_off": percentile(counted, rank) if counted else None}, rules
    )
    detail.link(main, "sum_of_z_scores", "z_score")
    contracts = [Contract(h.ccn, year, h.state, h.name) for h in hospitals]
    owners = [contracts[owner] for owner in detail.owner]
    above, scored = main.column("score_above_cut_off"), main.column("measures_scored")
    to_cut_off = TO_THE_CUT_OFF.evaluate(
        {
            "fiscal_year": year,
            "measure": measures,
            "z_score": detail.evaluation.column("z_score"),
            "hospital_score_above_cut_off": [above[owner] for owner in detail.owner],
            "hospital_measures_scored": [scored[owner] for owner in detail.owner],
        },
        rules,
    )
    return {
        "main": Sheet(contracts, main),
        "measures": Sheet(owners, detail.evaluation, measures),
        "to_the_cut_off": Sheet(owners, to_cut_off, measures),
    }


def _rows(sheet: Sheet, rows: Sequence[int]) -> Sheet:
    """Some rows of a sheet, as a sheet."""
    return Sheet(
        [sheet.contracts[row] for row in rows],
        sheet.evaluation.at(rows),
        None if sheet.items is None else [sheet.items[row] for row in rows],
    )


def _reductions(main: Sheet) -> LineScore:
    rows = 0
    differences = []
    for row, contract in enumerate(main.contracts):
        published = main.evaluation.value("published_payment_reduction", row).capitalize()
        reduction = main.evaluation.value("payment_reduction", row)
        if published not in {"Yes", "No"} or reduction is None:
            continue
        rows += 1
        computed = "Yes" if reduction else "No"
        if computed != published:
            differences.append(Difference(contract, "payment_reduction", computed, published))
    return LineScore(
        "payment_reduction", "payment reduction, with the cut-off given", rows,
        rows - len(differences), "equal", differences,
    )  # fmt: skip
