"""Hospital-Acquired Condition Reduction Program: settle every hospital of the published file.

The total is the mean of the published Winsorised z-scores; z-scores are also computed from the
measure values where the national constants of the year are known. The cut-off is a dated
parameter; our own 75th percentile stands beside it as an estimate, because the public file is not
CMS's whole population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import SetAside
from openvbc.programs.hac.files import (
    INPATIENT_PAYMENTS,
    LAYOUT,
    HospitalScores,
    check_measures_are_given,
    measures_without_value,
    read_hospitals,
)
from openvbc.programs.hac.verify import compared_lines
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import (
    check_year,
    file_years,
    fiscal_year,
    money_by_facility,
    read_files,
)
from openvbc.programs.published.printed_cells import PrintedCells
from openvbc.programs.published.published_file import PublishedTable
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.rules.recovered import is_known, with_recovered
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.performance.hac import HOSPITAL, MEASURE, TO_THE_CUT_OFF
from openvbc.worksheets.shared_savings.population import percentile

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


class Hac(FileProgram[HospitalScores]):
    """The program as the commands know it."""

    name = "hac"
    title = "Hospital-Acquired Condition Reduction Program"
    rules_name = "hac"
    presentation = PRESENTATION
    notes = NOTES
    unit = "hospital"
    year_called = "fiscal year"

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[HospitalScores]:
        """Hospitals of the program file, and inpatient payments if given."""
        tables = read_files(files, (LAYOUT, INPATIENT_PAYMENTS), self.name)
        published = tables[LAYOUT.kind]
        year = fiscal_year(published, asked, file_years(published))
        check_year(rules, ("payment_reduction_rate", "cut_off"), year)
        set_aside: list[SetAside] = []
        hospitals: dict[str, HospitalScores] = {}
        for table in published:
            check_measures_are_given(table)
            read_hospitals(table, year, rules, hospitals, set_aside)
        rules, notes = _with_cut_off(rules, list(hospitals.values()), year, published)
        notes += [note for table in published for note in measures_without_value(table)]
        money = money_by_facility(tables[INPATIENT_PAYMENTS.kind], "inpatient_payments", set_aside)
        cells = PrintedCells(published)
        return Reading(
            list(hospitals.values()), set_aside, year, cells, notes=notes,
            more={"money": money, "rules": rules},
        )  # fmt: skip

    def evaluate(self, reading: Reading[HospitalScores], rules: RuleSet) -> Settled[HospitalScores]:
        """Measures, then hospitals, then how far each measure is from the cut-off."""
        assert reading.year is not None
        rules, money = reading.more["rules"], reading.more["money"]
        sheets = _settle(reading.rows, reading.year, rules, money)
        return Settled(reading.rows, sheets.pop("main"), sheets)

    def lines(self, settlement: FileSettlement[HospitalScores]) -> Sequence[ComparedLine]:
        """z-scores, totals and reductions."""
        return compared_lines(settlement)


PROGRAM = Hac()


def _with_cut_off(
    rules: RuleSet,
    hospitals: Sequence[HospitalScores],
    year: int,
    tables: Sequence[PublishedTable],
) -> tuple[RuleSet, list[str]]:
    """The rules with the cut-off that the file's own Yes and No imply, where it is not known.

    The true one lies from the largest total that is not reduced up to the smallest that is.
    """
    if is_known(rules, "cut_off", fiscal_year=year):
        return rules, []
    exempt = rules.get("exempt_state", fiscal_year=year).value
    totals: dict[str, list[Decimal]] = {"yes": [], "no": []}
    for hospital in hospitals:
        answer = hospital.reduction.strip().lower()
        if answer in totals and hospital.total is not None and hospital.state != exempt:
            totals[answer].append(hospital.total)
    if not totals["yes"] or not totals["no"]:
        return rules, []
    largest, smallest = max(totals["no"]), min(totals["yes"])
    files = ", ".join(table.path.name for table in tables)
    if largest >= smallest:
        return rules, [
            f"The cut-off cannot be recovered from {files}: a hospital with a total of {largest} is"
            f" not reduced and one with {smallest} is. Reductions are our own estimate."
        ]
    how = f"the Yes and No of {files}; the true one is at least {largest} and below {smallest}"
    note = f"The cut-off ({largest}) is recovered from {how}. Reductions agree with it by that."
    return with_recovered(rules, "cut_off", largest, how, fiscal_year=year), [note]


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
    contracts = [ContractYear(h.ccn, year, h.state, h.name) for h in hospitals]
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
