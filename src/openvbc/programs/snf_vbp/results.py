"""SNF Value-Based Purchasing: settle every skilled nursing facility of the published file.

Points, score and multiplier of every facility, in the years of one measure and of several. What the
rules do not hold for a year is taken from the year's own files and labelled: thresholds from the
aggregate file, the height of the exchange from the published multipliers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from pathlib import Path

from openvbc.errors import InputError, SetAside
from openvbc.programs.published.absent_columns import notes_of_absent
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import (
    check_year,
    fiscal_year,
    money_by_facility,
    read_files,
)
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.published_file import PublishedTable
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.programs.snf_vbp.files import (
    AGGREGATE_FILE,
    AGGREGATE_LAYOUT,
    FACILITY_FILE,
    FACILITY_LAYOUT,
    PER_DIEM_PAYMENTS,
    FacilityRates,
    check_measures,
    measures_of_year,
    read_facilities,
    standards,
    year_of_periods,
)
from openvbc.programs.snf_vbp.verify import compared_lines
from openvbc.rules.load import RuleSet
from openvbc.rules.overlay_template import all_missing
from openvbc.rules.recovered import is_known, with_recovered
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.performance.snf_vbp import FACILITY, MEASURE
from openvbc.worksheets.shared_savings.population import median

PRESENTATION = Presentation(
    headline=("performance_score", "payment_change", "incentive_payment_multiplier"),
    result="incentive_payment_multiplier",
    totals=("payment_change",),
    distribution="performance_score",
)


NO_IMPROVEMENT = "no facility has improvement points, which the score may need"


class SnfVbp(FileProgram[FacilityRates]):
    """The program as the commands know it."""

    name = "snf-vbp"
    title = "SNF Value-Based Purchasing"
    rules_name = "snf_vbp"
    presentation = PRESENTATION
    unit = "facility"
    year_called = "fiscal year"

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[FacilityRates]:
        """Facilities of the file, with the aggregate file and payments if given."""
        layouts = (FACILITY_LAYOUT, AGGREGATE_LAYOUT, PER_DIEM_PAYMENTS)
        tables = read_files(files, layouts, self.name)
        published = tables[FACILITY_FILE]
        if not published:
            raise InputError(
                "the facility file is missing",
                action="give the SNF VBP facility performance file with the others",
                code="VBC-171",
            )
        periods = {t.path.name: y for t in published if (y := year_of_periods(t, rules))}
        year = fiscal_year(published, asked, periods)
        check_year(rules, ("program_measures",), year)
        measures = measures_of_year(rules, year)
        for table in published:
            check_measures(table, measures, year)
        rules, notes = _with_standards(rules, tables[AGGREGATE_FILE], year)
        _check_standards(rules, measures, year)
        check_year(rules, (*MEASURE.parameters, *FACILITY.parameters), year)
        set_aside: list[SetAside] = []
        by_facility: dict[str, FacilityRates] = {}
        for table in published:
            read_facilities(table, measures, rules, by_facility, set_aside)
        rules, more = _with_height(rules, list(by_facility.values()), year, published[0].path.name)
        money = money_by_facility(
            tables[PER_DIEM_PAYMENTS.kind], "federal_per_diem_payments", set_aside
        )
        lacking = notes_of_absent(
            published, {f"baseline {measure}": NO_IMPROVEMENT for measure in measures}
        )
        return Reading(
            list(by_facility.values()), set_aside, year, PrintedCells(published),
            notes=(*notes, *more, *lacking), more={"money": money, "rules": rules},
        )  # fmt: skip

    def evaluate(self, reading: Reading[FacilityRates], rules: RuleSet) -> Settled[FacilityRates]:
        """Measures, then facilities, under the rules with what the year's files told."""
        assert reading.year is not None
        rules, money = reading.more["rules"], reading.more["money"]
        main, detail = _settle(reading.rows, reading.year, rules, money)
        return Settled(reading.rows, main, {"measures": detail})

    def lines(self, settlement: FileSettlement[FacilityRates]) -> Sequence[ComparedLine]:
        """Points, scores and multiplier."""
        return compared_lines(settlement)


PROGRAM = SnfVbp()


def _with_standards(
    rules: RuleSet, tables: Sequence[PublishedTable], year: int
) -> tuple[RuleSet, list[str]]:
    """The rules with the thresholds and benchmarks of the aggregate file that they lack."""
    notes = []
    names = {"threshold": "achievement_threshold", "benchmark": "benchmark"}
    for (what, measure), (value, file) in standards(tables).items():
        known = is_known(rules, names[what], fiscal_year=year, measure=measure)
        if known:
            own = rules.get(names[what], fiscal_year=year, measure=measure).value
            if own != value:
                raise InputError(
                    f"the {what} of {measure} is {value} in the file and {own} in the rules",
                    rule=f"fiscal year {year}",
                    action="give the aggregate file of the same program year",
                    code="VBC-173",
                )
            continue
        rules = with_recovered(
            rules, names[what], value, f"the aggregate file {file}",
            fiscal_year=year, measure=measure,
        )  # fmt: skip
        notes.append(f"The {what} of {measure} ({value}) is taken from {file}.")
    return rules, notes


def _check_standards(rules: RuleSet, measures: Sequence[str], year: int) -> None:
    """Stop with every standard of every measure of the year that is not known, at once."""
    names = [name for name in MEASURE.parameters if "measure" in rules.keys_of(name)]
    lacking = {
        name: [m for m in measures if not is_known(rules, name, fiscal_year=year, measure=m)]
        for name in names
    }
    missing = [name for name, without in lacking.items() if without]
    if missing:
        needed = list(dict.fromkeys(m for name in missing for m in lacking[name]))
        raise all_missing(rules, missing, "fiscal_year", year, {"measure": needed})


def _with_height(
    rules: RuleSet, figures: Sequence[FacilityRates], year: int, file: str
) -> tuple[RuleSet, list[str]]:
    """The rules with the height of the exchange that the year's own multipliers imply."""
    if is_known(rules, "exchange_height", fiscal_year=year):
        return rules, []
    withhold, steepness, middle = (
        Decimal(str(rules.get(name, fiscal_year=year).value))
        for name in ("withhold", "exchange_steepness", "exchange_middle")
    )
    with localcontext(EXACT):
        heights = [
            (f.multiplier - 1 + withhold) * (1 + (-steepness * (f.score - middle)).exp())
            for f in figures
            if f.multiplier is not None and f.score is not None and f.score >= middle
        ]
    if not heights:
        return rules, [
            "The height of the exchange is not known for the year, and the file prints no scores"
            " with multipliers to recover it from: no multiplier is computed."
        ]
    height = round(median(heights), 9)
    how = f"the median over {len(heights)} published scores and multipliers of {file}"
    note = (
        f"The height of the exchange ({height}) is recovered from the multipliers of {file};"
        " multipliers agree with it by one constant, scores do not depend on it."
    )
    return with_recovered(rules, "exchange_height", height, how, fiscal_year=year), [note]


def _settle(
    figures: Sequence[FacilityRates], year: int, rules: RuleSet, money: Mapping[str, Decimal]
) -> tuple[Sheet, Sheet]:
    rows = [(owner, m, rates) for owner, f in enumerate(figures) for m, rates in f.measures.items()]
    names = [measure for _, measure, _ in rows]
    values = [rates.performance for _, _, rates in rows]
    inverted = {m: bool(rules.get("rate_is_inverted", measure=m).value) for m in set(names)}
    measured = MEASURE.evaluate(
        {
            "fiscal_year": year,
            "measure": names,
            "baseline_rate": [rates.baseline for _, _, rates in rows],
            "performance_rate": values,
            "share_of_facilities_worse": shares_worse(names, values, inverted),
            "published_achievement_points": [rates.achievement for _, _, rates in rows],
            "published_improvement_points": [rates.improvement for _, _, rates in rows],
            "published_measure_score": [rates.score for _, _, rates in rows],
        },
        rules,
    )
    detail = Detail.of(measured, [owner for owner, _, _ in rows], names, len(figures))
    main = FACILITY.evaluate(
        {
            "fiscal_year": year,
            "points_earned": detail.total_present("measure_score"),
            "points_possible": detail.total("points_possible"),
            "measures_scored": detail.present("measure_score"),
            "federal_per_diem_payments": [money.get(f.ccn) for f in figures],
            "published_performance_score": [f.score for f in figures],
            "published_multiplier": [f.multiplier for f in figures],
        },
        rules,
    )
    detail.link(main, "points_earned", "measure_score")
    detail.link(main, "points_possible", "points_possible")
    contracts = [ContractYear(f.ccn, year, "", f.name) for f in figures]
    owners = [contracts[owner] for owner in detail.owner]
    return Sheet(contracts, main), Sheet(owners, measured, names)
